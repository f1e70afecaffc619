import type { Container, Pod } from "./pod.ts";
import type { ContainerFact } from "./pod-status.ts";

/** No name below this domain is ever resolved (RFC 2606, section 2). */
const NOWHERE = /^[^/]+\.invalid(:\d+)?\//;

/**
 * What the pod runner says of a container whose image it does not know: that it runs, and of a Job's that it has succeeded; that
 * its image cannot be pulled where its registry cannot exist. Pure.
 */
export function unplayedContainer(pod: Pod, container: Container): ContainerFact {
  if (NOWHERE.test(container.image)) {
    const message = `Back-off pulling image "${container.image}"`;
    const state = { waiting: { reason: "ImagePullBackOff", message } };
    return { container, restarts: 0, ready: false, state };
  }
  const job = pod.metadata.ownerReferences?.some(({ kind }) => kind === "Job") ?? false;
  const before = pod.status?.containerStatuses?.find(({ name }) => name === container.name);
  const startedAt = before?.state.running?.startedAt ?? new Date().toISOString().replace(/\.\d+Z$/, "Z");
  // A Job's pod is seen running first, as in life.
  const done = job && before?.state.running;
  return {
    container,
    restarts: 0,
    ready: !done,
    state: done ? { terminated: { exitCode: 0, reason: "Completed" } } : { running: { startedAt } },
  };
}
