import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { LabConfig } from "../../../components/config/index.ts";
import { checkBeforeUp } from "../../../components/preflight/check-before-up.ts";
import { StateError, type StateResource } from "../../../components/stack-state/stack-state.ts";
import { FakeCluster } from "../../unit/cli/lab/support/fake-cluster.ts";
import { diskSummary, k3sNode, serveK3s } from "../../unit/cli/lab/support/k3s-node.ts";
import { labConfig } from "../harness/lab-config.ts";
import { recordProgram } from "../harness/record-program.ts";

const storageClasses = "/apis/storage.k8s.io/v1/storageclasses";
const hosts = "/apis/metal3.io/v1alpha1/namespaces/clusters/baremetalhosts";
const emulator = "/apis/apps/v1/namespaces/edge-lab/deployments/redfish-emulator";

describe("checking before an update", () => {
  let cluster: FakeCluster;
  let folder: string;
  let config: LabConfig;
  let warnings: string[];
  /** Hosts in Pulumi's state; undefined: it cannot be read. */
  let inState: readonly string[] | undefined;
  /** Hosts that the inventory remembers. */
  let madeBefore: readonly string[];

  function readState(): Promise<ReadonlyMap<string, StateResource>> {
    if (inState === undefined)
      return Promise.reject(new StateError("pulumi stack export failed: no such backend"));
    const within = "urn:pulumi:test::edge-lab::edge-lab:lab:Lab$edge-lab:host-inventory:HostInventory";
    const urns = inState.flatMap((name) => [
      `${within}$kubernetes:core/v1:Secret::lab-hosts-${name}-credentials`,
      `${within}$kubernetes:metal3.io/v1alpha1:BareMetalHost::lab-hosts-${name}`,
    ]);
    const resource = (urn: string, outputs = {}) =>
      [urn, { urn, inputs: {}, outputs, protect: false }] as const;
    const made = { made: madeBefore.map((name) => `clusters/${name}`) };
    const all = [...urns.map((urn) => resource(urn)), resource(`${within}::lab-hosts`, made)];
    return Promise.resolve(new Map(all));
  }

  async function declared(preflight: "run" | "skip"): Promise<LabConfig> {
    const provisioning = { interface: "enp1s0", address: "192.168.1.10", cidr: "192.168.1.0/24" };
    const infra = { kubeconfig: join(folder, "kubeconfig"), provisioning };
    return labConfig("lab", { "edge-lab:infra": infra, "edge-lab:preflight": preflight });
  }
  beforeEach(async () => {
    cluster = await FakeCluster.start();
    serveK3s(cluster);
    folder = await mkdtemp(join(tmpdir(), "edge-lab-before-up-"));
    await writeFile(join(folder, "kubeconfig"), cluster.kubeconfig);
    config = await declared("run");
    warnings = [];
    inState = [];
    madeBefore = [];
  });
  afterEach(async () => {
    await cluster.goAway();
    await rm(folder, { recursive: true, force: true });
  });

  async function check(preview = false): Promise<void> {
    const options = { warn: (line: string) => void warnings.push(line), between: 1, readState };
    await recordProgram(() => checkBeforeUp(config, options), { preview });
  }

  it("says nothing about a cluster that is well", async () => {
    await check();
    assert.deepEqual(warnings, []);
    assert.ok(cluster.queries.length > 0);
  });

  it("stops the first update with all that would keep the lab from working, before any resource", async () => {
    cluster.objects.set(storageClasses, []);
    cluster.objects.set("/version", { gitVersion: "v1.30.2+k3s1" });
    await assert.rejects(check(), (error: unknown) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(error.message, /^The infra cluster is not ready for a lab\. Nothing was changed\.\n/);
      assert.match(error.message, /- Kubernetes version: .*v1\.30\.2.*\. Why it matters: .*\. Fix: /);
      assert.match(error.message, /- storage class: there is no StorageClass local-path/);
      assert.match(error.message, /pulumi config set edge-lab:preflight skip$/);
      return true;
    });
  });

  it("waits a little for what may pass, such as a node that comes up", async () => {
    const coming = { type: "Ready", status: "False", message: "network plugin is not ready" };
    cluster.objects.set("/api/v1/nodes", [k3sNode({ condition: coming })]);
    const done = check();
    while (!cluster.queries.some(({ path }) => path === "/api/v1/nodes"))
      await new Promise((resolve) => setImmediate(resolve));
    cluster.objects.set("/api/v1/nodes", [k3sNode()]);
    await done;
    assert.deepEqual(warnings, []);
  });

  it("warns, before there is a lab, of what may not work", async () => {
    cluster.objects.set("/api/v1/nodes/infra/proxy/stats/summary", diskSummary(20));
    await check();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^disk space: 20\.0 of 100\.0 GiB are free .*Why it matters: .*Fix: /);
  });

  it("never holds up a lab that is made: it warns of what would fail and is silent about the rest", async () => {
    cluster.objects.set(emulator, {});
    cluster.objects.set("/version", { gitVersion: "v1.37.0+k3s1" });
    await check();
    assert.deepEqual(warnings, []);
    cluster.objects.set(storageClasses, []);
    await check();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^storage class: /);
  });

  describe("that this is the cluster of the last update", () => {
    it("stops an update on a new node in the place of a lost one, and says what brings its hosts back", async () => {
      inState = ["optiplex-1", "m920q-1"];
      await assert.rejects(check(), (error: unknown) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.match(
          error.message,
          /^This infra cluster does not have any of the 2 hosts that this stack's last update declared .*\(m920q-1, optiplex-1\)\. Nothing was changed in it\./,
        );
        assert.match(error.message, /reboots every machine/);
        assert.match(error.message, /lab restore FILE first, then/);
        assert.match(error.message, /pulumi config set edge-lab:preflight skip/);
        return true;
      });
    });

    it("stops it also where Metal3 is installed, or a lab is made but for its hosts", async () => {
      inState = ["m920q-1"];
      cluster.objects.set(hosts, []);
      cluster.objects.set(emulator, {});
      await assert.rejects(check(), /does not have the host that this stack's last update declared/);
    });

    it("stops it after a refresh as well, by which Pulumi's state has forgotten the hosts", async () => {
      madeBefore = ["m920q-1", "m920q-2"];
      await assert.rejects(
        check(),
        /any of the 2 hosts .*\(m920q-1, m920q-2\).*lab restore FILE --state import first/s,
      );
    });

    it("is said of no first update, of no host that was deleted by hand, and not where it is switched off", async () => {
      await check();
      inState = ["m920q-1", "m920q-2"];
      cluster.objects.set(hosts, [{ metadata: { name: "m920q-2", namespace: "clusters" } }]);
      await check();
      cluster.objects.delete(hosts);
      config = await declared("skip");
      await check();
      config = await declared("run");
      await check(true);
      assert.deepEqual(warnings, []);
    });

    it("reads the state only where there is no host, and warns where it cannot", async () => {
      inState = undefined;
      cluster.objects.set(hosts, [{ metadata: { name: "m920q-1", namespace: "clusters" } }]);
      await check();
      assert.deepEqual(warnings, []);
      cluster.objects.delete(hosts);
      await check();
      assert.deepEqual(warnings.length, 1);
      assert.match(warnings[0] ?? "", /was not looked at: pulumi stack export failed: no such backend/);
    });
  });

  it("is not stopped by what a login may not read", async () => {
    cluster.refusals.set("/stats/summary", { code: 403, message: "nodes/proxy is forbidden" });
    cluster.refusals.set("/pods", { code: 403, message: "pods is forbidden" });
    await check();
    assert.deepEqual(warnings, []);
  });

  it("asks nothing in a preview, nor where it is switched off", async () => {
    cluster.objects.set(storageClasses, []);
    await check(true);
    config = await declared("skip");
    await check();
    assert.deepEqual([cluster.queries, warnings], [[], []]);
  });
});
