import type { LabConfig } from "./config/index.ts";
import type { ManifestSet } from "./manifests/manifest-set.ts";

/** What a person should know after an update. The same at every run of the same configuration. */
export interface LabNotes {
  /** What to do or look at next. */
  readonly nextSteps: readonly string[];
  /** Parts of the lab that could not be had, each with what to do about it. */
  readonly problems: readonly string[];
}

/** Notes for the outputs of a stack: each step a command that can be pasted, with what it is for. Pure. */
export function labNotes(config: LabConfig, manifests: ManifestSet, stack: string): LabNotes {
  const lab = (command: string, purpose: string): string =>
    `npm run -s lab -- --stack ${stack} ${command}   # ${purpose}`;
  // Where nothing is waited for, the clusters are yet to come.
  const settled = config.await === "full";
  const [first] = config.clusters;
  const access = (name: string): string[] =>
    settled
      ? [
          lab(
            `kubeconfig ${name} --output ${name}.kubeconfig`,
            `then: kubectl --kubeconfig ${name}.kubeconfig get nodes`,
          ),
        ]
      : [lab("watch", "hosts, machines and clusters as they change")];
  return {
    nextSteps: [
      ...(first === undefined ? [lab("hosts", "each host, its power and its state")] : access(first.name)),
      lab("why", "the first thing that is wrong, if anything is, and what to do"),
      lab("console --open", "the machines, in a browser (of a simulated lab: --direct --open)"),
    ],
    problems: manifests.problems.map(
      ({ component, version, missing, fix }) => `${component} ${version}: ${missing}. To do: ${fix}`,
    ),
  };
}
