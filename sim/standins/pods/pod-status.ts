import { isDeepStrictEqual } from "node:util";
import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from "./pod.ts";

/** What the pod runner knows about one container. */
export interface ContainerFact {
  readonly container: Container;
  readonly ready: boolean;
  readonly restarts: number;
  readonly state: ContainerStatus["state"];
}

/**
 * The pod's status as a kubelet writes it (Kubernetes API, PodStatus), or undefined when it says all that already.
 * Conditions of others are kept; a transition time changes with its status only. Pure.
 * @param address for `podIP`, see PodRecord.statusAddress.
 */
export function podStatus(
  pod: Pod,
  facts: readonly ContainerFact[],
  address: string,
  now: Date,
): PodStatus | undefined {
  const before = pod.status ?? {};
  const time = now.toISOString().replace(/\.\d+Z$/, "Z");
  const finished = facts.length > 0 && facts.every(({ state }) => state.terminated);
  const waiting = facts.some(({ state, restarts }) => state.waiting && restarts === 0);
  const ready = facts.every((fact) => fact.ready);
  const unready = facts.filter((fact) => !fact.ready).map(({ container }) => container.name);
  const condition = (type: string, status: boolean, reason?: string, message?: string): PodCondition => {
    const old = before.conditions?.find((candidate) => candidate.type === type);
    const word = status ? "True" : "False";
    return {
      type,
      status: word,
      lastTransitionTime: old?.status === word ? old.lastTransitionTime : time,
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
    };
  };
  const why = ready
    ? ([] as const)
    : finished
      ? (["PodCompleted"] as const)
      : (["ContainersNotReady", `containers with unready status: [${unready.join(" ")}]`] as const);
  const own = [
    condition("Initialized", true),
    condition("ContainersReady", ready, ...why),
    condition("Ready", ready, ...why),
  ];
  const others = (before.conditions ?? []).filter(({ type }) => own.every((mine) => mine.type !== type));
  const status = {
    phase: finished ? "Succeeded" : waiting ? "Pending" : "Running",
    hostIP: "127.0.0.1",
    hostIPs: [{ ip: "127.0.0.1" }],
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: (before as { startTime?: string }).startTime ?? time,
    conditions: [...others, ...own],
    containerStatuses: facts.map((fact) => containerStatus(fact)),
  };
  return isDeepStrictEqual(canonical(status), canonical(before, status)) ? undefined : status;
}

function containerStatus({ container, ready, restarts, state }: ContainerFact): ContainerStatus {
  return {
    name: container.name,
    image: container.image,
    imageID: container.image,
    ready,
    started: state.running !== undefined,
    restartCount: restarts,
    state,
  };
}

/** Only what both have is compared, since the API server adds defaults; conditions in one order. */
function canonical(status: PodStatus, like: PodStatus = status): unknown {
  const keys = Object.keys(like) as (keyof PodStatus)[];
  const pick = (condition: PodCondition) => {
    const { type, status: word, reason = "", message = "" } = condition;
    return { type, word, reason, message };
  };
  return keys.map((key) => {
    if (key === "conditions") {
      return (status.conditions ?? []).map(pick).sort((a, b) => a.type.localeCompare(b.type));
    }
    if (key !== "containerStatuses") return status[key];
    return (status.containerStatuses ?? []).map(({ name, ready, restartCount, state }) => ({
      name,
      ready,
      restartCount,
      state: withoutFinish(state),
    }));
  });
}

/** A state as both sides have it: of a terminated one, times are the API server's. */
function withoutFinish(state: ContainerStatus["state"]): unknown {
  if (!state.terminated) return state;
  return { terminated: { exitCode: state.terminated.exitCode, reason: state.terminated.reason } };
}
