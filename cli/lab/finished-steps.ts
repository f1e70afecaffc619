import type { FinishedStep, Step } from "./step-history.ts";
import type { Host, Machine } from "./why/objects.ts";

const operations: readonly Step[] = ["register", "inspect", "provision", "deprovision"];

export interface Look {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly hosts: readonly Host[];
  readonly machines: readonly Machine[];
}

/**
 * What was over between two looks and how long it took: hosts' steps as the baremetal-operator measured them, machines that
 * became nodes and machines that went. Pure.
 *
 * @param before undefined at the first look, which knows of hosts only.
 */
export function finishedSteps(before: Look | undefined, after: Look): readonly FinishedStep[] {
  const ofHosts = after.hosts.flatMap(({ metadata, status }) =>
    operations.flatMap((step) => {
      const { start, end } = status.operationHistory[step] ?? {};
      if (!start || !end) return [];
      const seconds = (Date.parse(end) - Date.parse(start)) / 1000;
      // Of a host that was taken over after a restart nothing is known.
      return seconds > 0 ? [{ step, of: metadata.name, end, seconds }] : [];
    }),
  );
  if (before === undefined) return ofHosts;
  const end = new Date(after.at).toISOString();
  const since = (time: string): number => (after.at - Date.parse(time)) / 1000;
  const made = after.machines.flatMap(({ metadata, status }): FinishedStep[] => {
    const was = before.machines.find((one) => one.metadata.name === metadata.name);
    if (status.nodeRef === undefined || was === undefined || was.status.nodeRef !== undefined) return [];
    return [{ step: "machine", of: metadata.name, end, seconds: since(metadata.creationTimestamp) }];
  });
  const gone = before.machines.flatMap(({ metadata }): FinishedStep[] => {
    const { name, deletionTimestamp } = metadata;
    if (deletionTimestamp === undefined || after.machines.some((one) => one.metadata.name === name))
      return [];
    return [{ step: "removal", of: name, end, seconds: since(deletionTimestamp) }];
  });
  return [...ofHosts, ...made, ...gone];
}
