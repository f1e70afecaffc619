import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { NetworkInterfaceInfo } from "node:os";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseLabConfig } from "../../../components/config/parse-lab-config.ts";
import { provisioningAddress } from "../../../components/preflight/checks/provisioning-address.ts";
import { ClusterReader } from "../../../components/preflight/cluster-reader.ts";
import type { Finding } from "../../../components/preflight/finding.ts";
import { InfraView } from "../../../components/preflight/infra-view.ts";
import { Place } from "../../../components/preflight/place.ts";
import { runCheck } from "../../../components/preflight/run-check.ts";
import { FakeCluster } from "../cli/lab/support/fake-cluster.ts";
import { k3sNode, serveK3s } from "../cli/lab/support/k3s-node.ts";
import { sampleLab } from "../config/sample-lab.ts";

const ipv4 = (address: string): NetworkInterfaceInfo => ({
  address,
  netmask: "255.255.255.0",
  family: "IPv4",
  mac: "02:00:00:00:00:01",
  internal: false,
  cidr: `${address}/24`,
});

describe("the provisioning address, as seen from a machine", () => {
  let cluster: FakeCluster;
  let folder: string;
  beforeEach(async () => {
    cluster = await FakeCluster.start();
    serveK3s(cluster);
    folder = mkdtempSync(join(tmpdir(), "edge-lab-place-"));
    writeFileSync(join(folder, "kubeconfig"), cluster.kubeconfig);
  });
  afterEach(async () => {
    await cluster.goAway();
    rmSync(folder, { recursive: true, force: true });
  });

  async function seenFrom(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): Promise<Finding> {
    const config = parseLabConfig(sampleLab(), { mode: "preview" });
    const scene = {
      config,
      infra: new InfraView(() => ClusterReader.fromFile(join(folder, "kubeconfig"), undefined)),
      place: new Place(interfaces, false, true),
      withLogins: () => Promise.resolve({ unseen: "not needed" }),
    };
    const [finding] = await runCheck(provisioningAddress, scene);
    assert.ok(finding);
    return finding;
  }

  it("that is another one: what the Node tells counts, and the interface is left open", async () => {
    const found = await seenFrom({ eth0: [ipv4("192.168.1.77")] });
    assert.equal(found.status, "ok");
    assert.match(found.detail, /the Node has 192\.168\.1\.10; that it is on enp1s0 shows on the node alone/);
  });

  it("that is another one, where the Node does not tell it: a second interface may have it", async () => {
    cluster.objects.set("/api/v1/nodes", [k3sNode({ addresses: ["10.0.0.4"] })]);
    const found = await seenFrom({ eth0: [ipv4("192.168.1.77")] });
    assert.equal(found.status, "warn");
    assert.match(found.detail, /does not tell 192\.168\.1\.10 among its addresses \(10\.0\.0\.4\)/);
  });

  it("that is the node, by another of its addresses", async () => {
    cluster.objects.set("/api/v1/nodes", [k3sNode({ addresses: ["10.0.0.4"] })]);
    const with2 = { eth0: [ipv4("10.0.0.4")], enp1s0: [ipv4("192.168.1.10")] };
    assert.equal((await seenFrom(with2)).status, "ok");
    const without = await seenFrom({ eth0: [ipv4("10.0.0.4")] });
    assert.equal(without.status, "fail");
    assert.match(without.detail, /the node does not have 192\.168\.1\.10; it has 10\.0\.0\.4\/24 on eth0/);
    const swapped = await seenFrom({ eth0: [ipv4("192.168.1.10")], enp1s0: [ipv4("10.0.0.4")] });
    assert.equal(swapped.status, "fail");
    assert.match(swapped.detail, /192\.168\.1\.10 is on eth0, not on enp1s0$/);
  });

  it("without a cluster: not known", async () => {
    await cluster.goAway();
    const found = await seenFrom({ eth0: [ipv4("192.168.1.77")] });
    assert.equal(found.status, "skip");
  });
});
