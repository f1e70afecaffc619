import assert from "node:assert/strict";
import type { Pod } from "../../../../sim/standins/pods/pod.ts";
import { type ContainerFact, podStatus } from "../../../../sim/standins/pods/pod-status.ts";

const [early, late] = [new Date("2026-01-01T00:00:00.123Z"), new Date("2026-01-01T00:01:00Z")];
const container = { name: "manager", image: "m:1" };
const running: ContainerFact = {
  container,
  ready: true,
  restarts: 0,
  state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
};
const scheduled = {
  type: "PodScheduled",
  status: "True",
  lastTransitionTime: "2025-12-31T23:59:59Z",
} as const;
const pod: Pod = { metadata: { name: "p" }, status: { phase: "Pending", conditions: [scheduled] } };

const of = (before: Pod, ...facts: ContainerFact[]) => podStatus(before, facts, "198.18.0.2", late);
const condition = (status: ReturnType<typeof podStatus>, type: string) =>
  status?.conditions?.find((one) => one.type === type);

describe("the status of a pod", () => {
  it("is Running and Ready with an address, beside what others say of it", () => {
    const status = of(pod, running);
    assert.equal(status?.phase, "Running");
    assert.equal(status?.podIP, "198.18.0.2");
    assert.deepEqual(condition(status, "PodScheduled"), scheduled);
    assert.equal(condition(status, "Ready")?.status, "True");
    assert.equal(condition(status, "Ready")?.lastTransitionTime, "2026-01-01T00:01:00Z");
  });

  it("is not written again when it says so already, with the API server's own fields in it", () => {
    const status = podStatus(pod, [running], "198.18.0.2", early);
    const stored = {
      ...status,
      qosClass: "BestEffort",
      conditions: status?.conditions?.map((one) => ({ ...one, lastProbeTime: null })),
      containerStatuses: status?.containerStatuses?.map((one) => ({ ...one, lastState: {} })),
    };
    assert.equal(of({ ...pod, status: stored }, running), undefined);
  });

  it("names the containers that are not ready, and keeps the time of what did not change", () => {
    const status = podStatus(pod, [running], "198.18.0.2", early);
    const after = of({ ...pod, ...(status ? { status } : {}) }, { ...running, ready: false });
    assert.equal(after?.phase, "Running");
    assert.equal(condition(after, "Ready")?.message, "containers with unready status: [manager]");
    assert.equal(condition(after, "Initialized")?.lastTransitionTime, "2026-01-01T00:00:00Z");
    assert.equal(condition(after, "Ready")?.lastTransitionTime, "2026-01-01T00:01:00Z");
  });

  it("is Pending while a first start waits, and Running while a crashed one does", () => {
    const waiting = { ...running, ready: false, state: { waiting: { reason: "CrashLoopBackOff" } } };
    assert.equal(of(pod, waiting)?.phase, "Pending");
    const again = of(pod, { ...waiting, restarts: 3 });
    assert.equal(again?.phase, "Running");
    assert.equal(again?.containerStatuses?.[0]?.restartCount, 3);
  });

  it("has Succeeded when all containers have ended well, and is not Ready then", () => {
    const ended = { ...running, ready: false, state: { terminated: { exitCode: 0, reason: "Completed" } } };
    const status = of(pod, ended);
    assert.equal(status?.phase, "Succeeded");
    assert.equal(condition(status, "Ready")?.reason, "PodCompleted");
  });
});
