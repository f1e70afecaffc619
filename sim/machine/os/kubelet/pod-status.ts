import type { Condition, Container, ContainerStatus, Pod, PodStatus } from "./kubernetes-types.ts";

/** What the machine knows of a pod's containers. */
export interface PodFacts {
  readonly hostAddress: string;
  readonly podAddress: string;
  /** False while the machine has no network plugin: only pods on the host's network start then. */
  readonly networkReady: boolean;
  /** Of a container that is a process here; undefined for one that is only an object, which counts as well. */
  readonly process: (container: string) => { readonly ready: boolean; readonly restarts: number } | undefined;
}

/**
 * The status of a pod on this machine: waiting for the network, running with each container's readiness, or, for a pod
 * that is meant to end, succeeded. Times of what has not changed are kept, so that an unchanged status is equal to the
 * one before. Pure.
 */
export function podStatus(pod: Pod, facts: PodFacts, now: Date): PodStatus {
  const before = pod.status ?? {};
  const time = now.toISOString().replace(/\.\d+Z$/, "Z");
  const startTime = before.startTime ?? time;
  if (before.phase === "Succeeded" || before.phase === "Failed") return before;
  const waiting = !facts.networkReady && pod.spec.hostNetwork !== true;
  const ends = pod.spec.restartPolicy === "Never" || pod.spec.restartPolicy === "OnFailure";
  // Seen running once, so that who watches a Job's pod sees it start.
  const ended = ends && before.phase === "Running";

  const containerStatuses = pod.spec.containers.map((container) =>
    statusOf(container, waiting ? "waiting" : ended ? "ended" : "running", facts, startTime, time),
  );
  const initContainerStatuses = (pod.spec.initContainers ?? []).map((container) => {
    const sidecar = container.restartPolicy === "Always" && !ended;
    return statusOf(
      container,
      waiting ? "waiting" : sidecar ? "running" : "ended",
      facts,
      startTime,
      startTime,
    );
  });
  const ready = !waiting && !ended && containerStatuses.every((status) => status.ready);
  const gates = (pod.spec.readinessGates ?? []).every(({ conditionType }) =>
    before.conditions?.some((known) => known.type === conditionType && known.status === "True"),
  );
  const unready = ended ? "PodCompleted" : "ContainersNotReady";
  const conditions = [
    condition("PodReadyToStartContainers", !waiting && !ended),
    condition("Initialized", !waiting, waiting ? "ContainersNotInitialized" : undefined),
    condition("Ready", ready && gates, ready ? (gates ? undefined : "ReadinessGatesNotReady") : unready),
    condition("ContainersReady", ready, ready ? undefined : unready),
    condition("PodScheduled", true),
  ];
  const ours = new Set(conditions.map((entry) => entry.type));
  return {
    phase: waiting ? "Pending" : ended ? "Succeeded" : "Running",
    hostIP: facts.hostAddress,
    ...(waiting ? {} : { podIP: pod.spec.hostNetwork === true ? facts.hostAddress : facts.podAddress }),
    startTime,
    conditions: [...conditions, ...(before.conditions ?? []).filter((known) => !ours.has(known.type))],
    containerStatuses,
    ...(initContainerStatuses.length === 0 ? {} : { initContainerStatuses }),
  };

  function condition(type: string, holds: boolean, reason?: string): Condition {
    const status = holds ? "True" : "False";
    const known = before.conditions?.find((candidate) => candidate.type === type);
    const since = known?.status === status ? known.lastTransitionTime : undefined;
    return { type, status, ...(reason === undefined ? {} : { reason }), lastTransitionTime: since ?? time };
  }
}

function statusOf(
  container: Container,
  state: "waiting" | "running" | "ended",
  facts: PodFacts,
  startedAt: string,
  finishedAt: string,
): ContainerStatus {
  const process = facts.process(container.name);
  const image = container.image ?? "";
  const common = { name: container.name, image, imageID: image, restartCount: process?.restarts ?? 0 };
  if (state === "waiting") {
    return { ...common, ready: false, started: false, state: { waiting: { reason: "ContainerCreating" } } };
  }
  if (state === "ended") {
    const terminated = { exitCode: 0, reason: "Completed", startedAt, finishedAt };
    return { ...common, ready: false, started: false, state: { terminated } };
  }
  const ready = process?.ready ?? true;
  return { ...common, ready, started: true, state: { running: { startedAt } } };
}
