import type { HostStory, LabView } from "../kubernetes/lab-view.ts";
import type { KubernetesRow, LabNews } from "./api-types.ts";

/** What Kubernetes tells, as the console shows it. */
export const labRows = {
  machine({ host: { state, error, held }, machine }: HostStory): KubernetesRow {
    if (!machine) return { state, ...(error && { error }), ...(held && { held }) };
    const { infrastructure: _, ...shown } = machine;
    return { state, ...(error && { error }), ...(held && { held }), machine: shown };
  },

  /** @param only the clusters of that name; all of them when left out */
  news({ clusters, problem }: LabView, only?: readonly (string | undefined)[]): LabNews {
    const shown = [...clusters.values()].filter(({ name }) => only === undefined || only.includes(name));
    return {
      clusters: shown.sort((one, other) => (one.name < other.name ? -1 : 1)),
      ...(problem && { problem }),
    };
  },
} as const;
