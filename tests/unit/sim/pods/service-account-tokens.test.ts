import assert from "node:assert/strict";
import type { Pod } from "../../../../sim/standins/pods/pod.ts";
import { ServiceAccountTokens } from "../../../../sim/standins/pods/service-account-tokens.ts";

const pod: Pod = {
  metadata: { name: "p", namespace: "capi-system", uid: "u-1" },
  spec: { serviceAccountName: "capi-manager", containers: [] },
};

describe("tokens of ServiceAccounts", () => {
  const requests: unknown[][] = [];
  let now = 0;
  const client = {
    createBelow: async <T>(...asked: unknown[]): Promise<T> => {
      requests.push(asked);
      const status = {
        token: `t${requests.length}`,
        expirationTimestamp: new Date(now + 1_000_000).toISOString(),
      };
      return { status } as T;
    },
  };
  const tokens = new ServiceAccountTokens(client, () => now);
  beforeEach(() => {
    requests.length = 0;
    now = 0;
    tokens.forget("u-1");
  });

  it("are asked of the pod's own account and bound to the pod", async () => {
    await tokens.token(pod, { expirationSeconds: 3607, audience: "vault" });
    const [, name, namespace, below, body] = requests[0] ?? [];
    assert.deepEqual([name, namespace, below], ["capi-manager", "capi-system", "token"]);
    assert.deepEqual((body as { spec: unknown }).spec, {
      expirationSeconds: 3607,
      audiences: ["vault"],
      boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "p", uid: "u-1" },
    });
  });

  it("are kept until a fifth of their life is left", async () => {
    assert.equal(await tokens.token(pod, {}), "t1");
    now = 799_999;
    assert.equal(await tokens.token(pod, {}), "t1");
    now = 800_000;
    assert.equal(await tokens.token(pod, {}), "t2");
  });

  it("are forgotten with their pod", async () => {
    await tokens.token(pod, {});
    tokens.forget("u-1");
    assert.equal(await tokens.token(pod, {}), "t2");
  });
});
