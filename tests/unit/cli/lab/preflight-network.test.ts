import assert from "node:assert/strict";
import type { Diagnosis } from "../../../../cli/lab/doctor/check.ts";
import { FakeCluster } from "./support/fake-cluster.ts";
import { k3sNode, serveK3s } from "./support/k3s-node.ts";
import { LabProject } from "./support/lab-project.ts";
import { Neighbour } from "./support/neighbour.ts";

const { network } = Neighbour;

/** What only a machine on the provisioning network can find, as the infra node is: here on a network of two machines. */
describe("lab doctor --preflight on the infra node", function () {
  this.timeout(300_000);
  let neighbour: Neighbour;
  let cluster: FakeCluster;
  let project: LabProject;

  before(function () {
    if (!Neighbour.possible()) this.skip();
  });
  beforeEach(async () => {
    neighbour = new Neighbour();
    neighbour.start();
    cluster = await FakeCluster.start();
    serveK3s(cluster);
    cluster.objects.set("/api/v1/nodes", [k3sNode({ addresses: [`${network}.1`] })]);
    // So that no device is asked, of which there is none.
    cluster.objects.set("/apis/apps/v1/namespaces/edge-lab/deployments/redfish-emulator", {});
    project = new LabProject();
    project.write("kubeconfig", cluster.kubeconfig);
    const text = JSON.stringify(project.config).replaceAll("127.31.9.", `${network}.`);
    for (const [key, value] of Object.entries(JSON.parse(text) as Record<string, unknown>))
      project.set(key.replace("edge-lab:", ""), value);
    provision({ interface: neighbour.interface });
    const [edge] = project.config["edge-lab:clusters"] as object[];
    project.set("clusters", [{ ...edge, endpoint: { host: `${network}.50` } }]);
  });
  afterEach(async () => {
    project?.remove();
    await cluster?.goAway();
    await neighbour?.stop();
  });

  interface Provisioning {
    readonly interface?: string;
    readonly dhcp?: Readonly<Record<string, unknown>>;
  }
  function provision(changes: Provisioning): void {
    const infra = project.config["edge-lab:infra"] as { provisioning: Provisioning };
    const dhcp = { ...infra.provisioning.dhcp, ...changes.dhcp };
    project.set("infra", { ...infra, provisioning: { ...infra.provisioning, ...changes, dhcp } });
  }
  async function look(title: string): Promise<{ readonly status: string; readonly text: string }> {
    const { stdout, stderr } = await project.lab("doctor", "--preflight", "--json");
    const found = (JSON.parse(stdout || "[]") as Diagnosis[]).filter((one) => one.title === title);
    assert.equal(found.length, 1, `${stdout}${stderr}`);
    const [one] = found;
    return { status: one?.status ?? "", text: JSON.stringify(one) };
  }

  it("finds an address that is on another interface than the declared one", async () => {
    const well = await look("provisioning address");
    assert.equal(well.status, "ok");
    assert.match(well.text, new RegExp(`the node has ${network}.1 on ${neighbour.interface}`));
    provision({ interface: "enp99s0" });
    const { status, text } = await look("provisioning address");
    assert.equal(status, "fail");
    assert.match(text, new RegExp(`is on ${neighbour.interface}, not on enp99s0 \\(enp99s0 has no address`));
  });

  it("finds that the node does not have the address", async () => {
    const infra = project.config["edge-lab:infra"] as { provisioning: object };
    project.set("infra", { ...infra, provisioning: { ...infra.provisioning, address: `${network}.9` } });
    const { status, text } = await look("provisioning address");
    assert.equal(status, "fail");
    assert.match(
      text,
      new RegExp(`does not have ${network}.9; it has .*${network}.1/24 on ${neighbour.interface}`),
    );
  });

  it("finds a DHCP server that leases out of Ironic's range, having leased nothing", async () => {
    const alone = await look("other DHCP server");
    assert.equal(alone.status, "ok");
    assert.match(alone.text, /nobody answered/);
    const heard = await neighbour.serveDhcp(`${network}.205`);
    const { status, text } = await look("other DHCP server");
    assert.equal(status, "fail");
    assert.match(
      text,
      new RegExp(`server at ${network}.2 answers on ${neighbour.interface} and would lease ${network}.205`),
    );
    assert.match(heard(), /^ready\n(type 1\n)+$/);
  });

  it("minds no home router that leases other addresses, unless Ironic answers everybody", async () => {
    await neighbour.serveDhcp(`${network}.120`);
    assert.equal((await look("other DHCP server")).status, "ok");
    provision({ dhcp: { onlyDeclaredHosts: false } });
    const { status, text } = await look("other DHCP server");
    assert.equal(status, "fail");
    assert.match(text, /onlyDeclaredHosts is false/);
  });

  it("finds a DHCP server that tells machines what to boot", async () => {
    await neighbour.serveDhcp(`${network}.120`, "netboot.xyz.efi");
    const { status, text } = await look("other DHCP server");
    assert.equal(status, "fail");
    assert.match(text, /tells machines what to boot/);
  });

  it("finds somebody in the DHCP range, unless it is a host of the lab", async () => {
    assert.equal((await look("DHCP range")).status, "ok");
    neighbour.take(`${network}.207`);
    const { status, text } = await look("DHCP range");
    assert.equal(status, "fail");
    assert.match(text, new RegExp(`somebody has ${network}.207 \\(${neighbour.mac}\\)`));
    const [first, ...others] = project.config["edge-lab:hosts"] as object[];
    project.set("hosts", [{ ...first, macs: [neighbour.mac] }, ...others]);
    assert.equal((await look("DHCP range")).status, "ok");
  });

  it("finds somebody at a cluster's endpoint until that is the cluster itself", async () => {
    const free = await look("endpoint of edge");
    assert.equal(free.status, "ok");
    assert.match(free.text, new RegExp(`nobody has ${network}.50"`));
    neighbour.take(`${network}.50`);
    const { status, text } = await look("endpoint of edge");
    assert.equal(status, "fail");
    assert.match(text, new RegExp(`somebody has ${network}.50 \\(${neighbour.mac}\\)`));
    cluster.objects.set("/apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/clusters/edge", {});
    assert.equal((await look("endpoint of edge")).status, "ok");
  });
});
