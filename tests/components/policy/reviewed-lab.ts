import { policies } from "../../../policy/index.ts";
import type { PlannedResource } from "../../../policy/resource.ts";
import { Review } from "../../../policy/review.ts";
import type { RecordedResource } from "../harness/recorded-resource.ts";
import { recordedLab } from "../lab/recorded-lab.ts";

type Changes = Readonly<Record<string, unknown>>;

export interface ReviewedChange {
  /** Replaces keys of Pulumi.lab.yaml in the program that is reviewed; none: the lab as it stands in the state. */
  readonly changes?: Changes;
  /** What the program declares in another way; for what the configuration would refuse. */
  readonly declared?: (resource: PlannedResource) => PlannedResource;
  /** Without a state everything is new. */
  readonly state?: "none";
}

/** The whole lab under mocks, reviewed by every policy beside a state out of Pulumi.lab.yaml: what is said, by policy. */
export async function reviewedLab({ changes = {}, declared, state }: ReviewedChange): Promise<string[]> {
  const before = state === "none" ? [] : (await lab({})).map(planned);
  const after = (await lab(changes)).map(planned);
  const review = new Review(async () => new Map(before.map((resource) => [resource.urn, resource])));
  const said: string[] = [];
  for (const resource of after.map((one) => declared?.(one) ?? one)) {
    for (const policy of policies) {
      for (const refusal of await review.refusals(policy, resource)) said.push(`${policy.name}: ${refusal}`);
    }
  }
  return said;
}

async function lab(changes: Changes): Promise<readonly RecordedResource[]> {
  const recorded = await recordedLab({ stack: "lab", preview: true, changes });
  return recorded.resources;
}

function planned({ urn, type, name, inputs, options }: RecordedResource): PlannedResource {
  return { urn, type, name, inputs, protect: options.protect === true };
}
