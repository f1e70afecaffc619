import { Lab } from "../../../components/lab.ts";
import { plannedImages } from "../../../components/node-image/planned-images.ts";
import { commandOutputs } from "../harness/command-outputs.ts";
import { labConfig } from "../harness/lab-config.ts";
import { moduleManifests } from "../harness/module-manifests.ts";
import { recordProgram } from "../harness/record-program.ts";
import type { Recording } from "../harness/recording.ts";

export interface RecordedLabOptions {
  readonly stack: "lab" | "sim";
  readonly preview: boolean;
  /** Replace whole keys of the stack's configuration. */
  readonly changes?: Readonly<Record<string, unknown>>;
}

const recorded = new Map<string, Promise<Recording<Lab>>>();

/**
 * The whole program for one of the repository's stacks, recorded under mocks; the same question is answered from the same
 * recording. The first call on a machine downloads Go modules.
 */
export function recordedLab(options: RecordedLabOptions): Promise<Recording<Lab>> {
  const key = JSON.stringify(options);
  const known = recorded.get(key) ?? record(options);
  recorded.set(key, known);
  return known;
}

async function record({ stack, preview, changes }: RecordedLabOptions): Promise<Recording<Lab>> {
  const config = await labConfig(stack, changes);
  const manifests = await moduleManifests();
  const images = plannedImages(config);
  return recordProgram((opts) => new Lab("lab", { config, manifests, images }, opts), {
    preview,
    outputs: (type, inputs) => ({ ...commandOutputs(type, inputs), ...kubeconfigOf(type) }),
  });
}

/** What Cluster API's control plane would have written: the only object that the program reads. */
function kubeconfigOf(type: string): Readonly<Record<string, unknown>> {
  if (type !== "kubernetes:core/v1:Secret") return {};
  return { data: { value: Buffer.from("apiVersion: v1\nkind: Config\n").toString("base64") } };
}
