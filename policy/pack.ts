/** Serves the policies to Pulumi's engine: what main.cjs loads. */
import { fileURLToPath } from "node:url";
import { PolicyPack, type ResourceValidationArgs, type ResourceValidationPolicy } from "@pulumi/policy";
import { policies } from "./index.ts";
import { knownInputs } from "./known-inputs.ts";
import type { LabPolicy } from "./lab-policy.ts";
import { pastState } from "./past-state.ts";
import { unpinned, unpinnedDefaults } from "./pinned-images.ts";
import { objectName, type PlannedResource } from "./resource.ts";
import { Review } from "./review.ts";

const projectFolder = fileURLToPath(new URL("..", import.meta.url));
const review = new Review((stack) => pastState(stack, projectFolder));

function planned({ urn, type, name, props, opts }: ResourceValidationArgs): PlannedResource {
  return { urn, type, name, inputs: knownInputs(props), protect: opts.protect };
}

function served(policy: LabPolicy): ResourceValidationPolicy {
  return {
    name: policy.name,
    description: policy.description,
    remediationSteps: policy.instead,
    enforcementLevel: "mandatory",
    validateResource: async (args, report) => {
      for (const refusal of await review.refusals(policy, planned(args))) report(refusal);
    },
  };
}

/** Stops nothing: what this repository ships unpinned, its user pins where the internet is. */
const imagesNotPinnedYet: ResourceValidationPolicy = {
  name: "images-not-pinned-yet",
  description: "The images of components/versions.ts are pinned by digest.",
  remediationSteps: "npm run versions -- pin",
  enforcementLevel: "advisory",
  validateResource: (args, report) => {
    const resource = planned(args);
    for (const image of unpinned(resource).filter((one) => unpinnedDefaults.has(one))) {
      report(
        `${objectName(resource)} runs ${image}, whose digest nobody has pinned. Fix: npm run versions -- pin`,
      );
    }
  },
};

new PolicyPack("edge-lab", { policies: [...policies.map(served), imagesNotPinnedYet] });
