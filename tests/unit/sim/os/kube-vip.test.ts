import assert from "node:assert/strict";
import { parse } from "yaml";
import { kubeVip } from "../../../../components/workload-cluster/kube-vip.ts";
import { kubeVipSettings } from "../../../../sim/machine/os/kube-vip/kube-vip-settings.ts";
import { LeaderElection } from "../../../../sim/machine/os/kube-vip/leader-election.ts";
import type { ApiClient } from "../../../../sim/machine/os/kubelet/api-client.ts";
import type { Pod } from "../../../../sim/machine/os/kubelet/kubernetes-types.ts";

describe("kube-vip's settings", () => {
  const { manifestTemplate } = kubeVip({ image: "ghcr.io/kube-vip/kube-vip:v1.0.3", ipFamily: "IPv4" });
  const file = parse(manifestTemplate) as { content: string };
  const pod = parse(
    file.content.replace("{{ .endpoint.host }}", "172.22.0.50").replace("{{ .endpoint.port }}", "6443"),
  ) as Pod;
  const container = pod.spec.containers[0] ?? { name: "" };

  it("are those of the manifest that the program writes", () => {
    assert.deepEqual(kubeVipSettings(container, pod), {
      address: "172.22.0.50",
      prefix: 32,
      port: 6443,
      interface: "eth0",
      leaseNamespace: "kube-system",
      leaseName: "plndr-cp-lock",
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2_000,
      kubeconfig: "/etc/kubernetes/admin.conf",
    });
  });

  it("are not those of another image", () => {
    assert.equal(kubeVipSettings({ ...container, image: "registry/not-kube-vip-at-all:1" }, pod), undefined);
    assert.equal(kubeVipSettings({ ...container, env: [] }, pod), undefined);
  });
});

interface Lease {
  metadata: { name: string; namespace: string; resourceVersion: string };
  spec: {
    holderIdentity: string;
    leaseDurationSeconds: number;
    leaseTransitions: number;
    acquireTime: string;
  };
}

/** One Lease of an API server, with its rule that a change must name the version that it changes. */
class LeaseServer {
  lease: Lease | undefined;
  #version = 0;

  get client(): ApiClient {
    const server = {
      get: async () => structuredClone(this.lease),
      create: async (_path: string, lease: Lease) => this.#store(lease, this.lease === undefined),
      replace: async (_path: string, lease: Lease) =>
        this.#store(lease, lease.metadata.resourceVersion === this.lease?.metadata.resourceVersion),
    };
    return server as unknown as ApiClient;
  }

  #store(lease: Lease, accepted: boolean): Lease {
    if (!accepted) throw Object.assign(new Error("conflict"), { status: 409 });
    this.#version += 1;
    this.lease = structuredClone(lease);
    this.lease.metadata.resourceVersion = String(this.#version);
    return this.lease;
  }
}

describe("leader election", () => {
  let server: LeaseServer;
  let now: number;
  const candidate = (identity: string) =>
    new LeaderElection(
      { namespace: "kube-system", name: "plndr-cp-lock", identity, leaseDurationMs: 15_000 },
      () => now,
    );

  beforeEach(() => {
    server = new LeaseServer();
    now = 0;
  });

  it("the first one leads, others wait", async () => {
    assert.equal(await candidate("a").tryAcquire(server.client), true);
    assert.equal(await candidate("b").tryAcquire(server.client), false);
    assert.equal(server.lease?.spec.holderIdentity, "a");
  });

  it("a lease that is renewed is never taken", async () => {
    const [a, b] = [candidate("a"), candidate("b")];
    for (now = 0; now < 100_000; now += 5_000) {
      assert.equal(await a.tryAcquire(server.client), true);
      assert.equal(await b.tryAcquire(server.client), false);
    }
    assert.equal(server.lease?.spec.leaseTransitions, 0);
  });

  it("a lease that was not seen to change for its duration is taken, whatever its clock says", async () => {
    await candidate("a").tryAcquire(server.client);
    const b = candidate("b");
    now = 1_000_000;
    assert.equal(await b.tryAcquire(server.client), false, "seen for the first time");
    now += 14_999;
    assert.equal(await b.tryAcquire(server.client), false);
    now += 1;
    assert.equal(await b.tryAcquire(server.client), true);
    assert.equal(server.lease?.spec.leaseTransitions, 1);
  });

  it("a holder that comes back after a power cut leads at once", async () => {
    await candidate("a").tryAcquire(server.client);
    const { acquireTime } = server.lease?.spec ?? {};
    assert.equal(await candidate("a").tryAcquire(server.client), true);
    assert.equal(server.lease?.spec.acquireTime, acquireTime);
  });

  it("a lease that was given up is free at once", async () => {
    const a = candidate("a");
    await a.tryAcquire(server.client);
    await a.release(server.client);
    assert.equal(await candidate("b").tryAcquire(server.client), true);
  });

  it("only its holder gives it up", async () => {
    await candidate("a").tryAcquire(server.client);
    await candidate("b").release(server.client);
    assert.equal(server.lease?.spec.holderIdentity, "a");
  });

  it("of two that try at the same moment one leads", async () => {
    const results = await Promise.all(
      [candidate("a"), candidate("b")].map((each) => each.tryAcquire(server.client)),
    );
    assert.deepEqual(results.sort(), [false, true]);
  });
});
