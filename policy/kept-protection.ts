import type { LabPolicy } from "./lab-policy.ts";
import { objectName, types } from "./resource.ts";

/** What edge-lab:protect guards: whoever takes it off can delete clusters and hosts by the next line of a diff. */
export const keptProtection: LabPolicy = {
  name: "kept-protection",
  description: "Clusters and hosts that are protected stay protected.",
  instead:
    "leave edge-lab:protect at clusters-and-hosts; docs/decommission.md says how a part of a lab is taken down",
  check(resource, before) {
    if (resource.type !== types.cluster && resource.type !== types.host) return [];
    if (before?.protect !== true || resource.protect) return [];
    const of = objectName(resource);
    const kind = resource.type === types.cluster ? "cluster" : "host";
    return [
      {
        of,
        to: "unprotected",
        wrong: `${kind} ${of} loses its protection, and can then be deleted by mistake`,
      },
    ];
  },
};
