import assert from "node:assert/strict";
import { referencesOf } from "../../../sim/ironic/ironic-spec.ts";
import type { Condition, KubeObject } from "../../../sim/kubernetes/kube-object.ts";
import { readyCondition } from "../../../sim/standins/condition.ts";

describe("referencesOf an Ironic", () => {
  it("finds every Secret and ConfigMap that it names", () => {
    const references = referencesOf({
      apiCredentialsName: "login",
      tls: { certificateName: "tls", bmcCA: { kind: "ConfigMap", name: "ca" } },
    });
    assert.deepEqual(references, [
      { kind: "Secret", name: "login" },
      { kind: "Secret", name: "tls" },
      { kind: "ConfigMap", name: "ca" },
    ]);
  });
});

describe("readyCondition", () => {
  const finding = { ready: true, reason: "DeploymentAvailable", message: "ironic is available" };
  const then = new Date("2026-01-01T00:00:00.123Z");
  const object = (generation: number, conditions: Condition[] = []): KubeObject => ({
    metadata: { name: "ironic", generation },
    status: { conditions },
  });

  it("says what was found, for the generation that was looked at", () => {
    assert.deepEqual(readyCondition(object(3), finding, then), {
      type: "Ready",
      status: "True",
      reason: "DeploymentAvailable",
      message: "ironic is available",
      observedGeneration: 3,
      lastTransitionTime: "2026-01-01T00:00:00Z",
    });
  });

  it("writes nothing when that is said already", () => {
    const said = readyCondition(object(3), finding, then);
    assert.ok(said);
    assert.equal(readyCondition(object(3, [said]), finding, new Date()), undefined);
  });

  it("follows a new generation, and keeps the time of the last transition", () => {
    const said = readyCondition(object(3), finding, then);
    assert.ok(said);
    const next = readyCondition(object(4, [said]), finding, new Date("2026-02-02T00:00:00Z"));
    assert.equal(next?.observedGeneration, 4);
    assert.equal(next?.lastTransitionTime, "2026-01-01T00:00:00Z");
    const failed = readyCondition(
      object(4, [said]),
      { ...finding, ready: false },
      new Date("2026-02-02T00:00:00Z"),
    );
    assert.equal(failed?.lastTransitionTime, "2026-02-02T00:00:00Z");
  });
});
