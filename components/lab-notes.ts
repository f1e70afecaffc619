import type { LabConfig } from "./config/index.ts";
import { hostNamespace } from "./config/index.ts";
import type { ManifestSet } from "./manifests/manifest-set.ts";

/** What a person should know after an update. The same at every run of the same configuration. */
export interface LabNotes {
  /** What to do or look at next. */
  readonly nextSteps: readonly string[];
  /** Parts of the lab that could not be had, each with what to do about it. */
  readonly problems: readonly string[];
}

/** Notes for the outputs of a stack. Pure. */
export function labNotes(config: LabConfig, manifests: ManifestSet): LabNotes {
  const watch = `kubectl get baremetalhosts,clusters,machines -n ${hostNamespace} -w`;
  const [first] = config.clusters;
  const access =
    first === undefined || config.await !== "full"
      ? []
      : [`npm run -s lab -- kubeconfig ${first.name} --output ${first.name}.kubeconfig`];
  return {
    nextSteps: [watch, ...access],
    problems: manifests.problems.map(
      ({ component, version, missing, fix }) => `${component} ${version}: ${missing}. To do: ${fix}`,
    ),
  };
}
