import assert from "node:assert/strict";
import { join } from "node:path";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { nodeUp, ownNode, sharedNode, tracesBefore } from "../node/shared-node.ts";
import { hostTraces, newTraces } from "../node/support/host-traces.ts";
import { importNginxImage } from "../node/support/nginx-image.ts";
import { debianPackages } from "../support/debian-packages.ts";
import { importControllerImages } from "./controller-images.ts";
import { FlightLab } from "./flight-lab.ts";

const hosts = { "m920q-1": "an AMT engine", "optiplex-1": "a plug" } as const;

/** One after the other, on one lab: what is wrong first is all that is told. */
describe("a lab in pods on a real node", function () {
  this.bail(true);
  const node = sharedNode;
  let lab: FlightLab | undefined;
  let controllers: readonly string[];

  const host = (name: string, path: string) =>
    node.kubectl("-n", "clusters", "get", "bmh", name, "-o", `jsonpath={${path}}`);
  const provisioned = (name: string) =>
    waitUntil(async () => (await host(name, ".status.provisioning.state")) === "provisioned", {
      what: `${name} provisioned`,
      timeoutMs: 900_000,
      everyMs: 1_000,
    });

  before(async function () {
    const why = ownNode
      ? ((await debianPackages({ nginx: "nginx-light", "apt-get": "apt" })) ?? (await nodeUp()))
      : "this machine has a k3s, whose network is in use: Ironic would have to be on it";
    if (why !== undefined || !ownNode) {
      console.log(`    ${why}`);
      this.skip();
    }
    lab = new FlightLab(ownNode);
    // What an interrupted run has left.
    await lab.end();
    await importNginxImage(node.ctr, join(lab.folder, "nginx"));
    controllers = await importControllerImages(node.ctr, join(lab.folder, "image"));
    await lab.surround();
  });
  afterEach(function () {
    if (this.currentTest?.state === "failed") console.log(lab?.lastWords());
  });
  after(async () => {
    await lab?.end();
  });

  it("ends its first update when a machine of its cluster is provisioned", async () => {
    await lab?.up();
    await provisioned("m920q-1");
    assert.match(await host("m920q-1", ".spec.consumerRef.name"), /^edge-/);
  });

  it("provisions a host that no cluster has asked for, by its image alone", async () => {
    const image = { url: lab?.image.url, checksum: lab?.image.sha256, checksumType: "sha256", format: "raw" };
    const manifest = {
      apiVersion: "metal3.io/v1alpha1",
      kind: "BareMetalHost",
      metadata: { name: "optiplex-1", namespace: "clusters" },
      spec: { image },
    };
    // kubectl would judge the part as if it were a whole host; the API server judges what comes of it.
    const apply = ["apply", "--server-side", "--validate=false", "--field-manager=test", "--filename=-"];
    await node.kubectlInput(JSON.stringify(manifest), ...apply);
    await provisioned("optiplex-1");
  });

  it("has its controllers in pods, of images made from the pinned programs", async () => {
    const path = 'jsonpath={range .items[*]}{.spec.containers[0].image} {.status.phase}{"\\n"}{end}';
    const running = (await node.kubectl("get", "pods", "--all-namespaces", "-o", path)).split("\n");
    for (const image of controllers) assert.ok(running.includes(`${image} Running`), `${image}\n${running}`);
  });

  it("has the emulator in one pod, which nothing had to start again", async () => {
    const pods = ["-n", "edge-lab", "get", "pods", "-l", "app.kubernetes.io/name=redfish-emulator"];
    const path = "jsonpath={.items[*].status.containerStatuses[0].restartCount}";
    assert.equal(await node.kubectl(...pods, "-o", path), "0");
  });

  for (const [name, device] of Object.entries(hosts)) {
    it(`has switched ${name} from Ironic through that pod to ${device}`, async () => {
      assert.ok(lab);
      const bmc = JSON.parse(await host(name, ".spec.bmc")) as Readonly<Record<string, unknown>>;
      assert.equal(bmc.address, `redfish+https://${node.address}:8443/redfish/v1/Systems/${name}`);
      assert.equal(bmc.disableCertificateVerification ?? false, false);
      const { power, boots } = await lab.device(name);
      assert.equal(power, "on");
      assert.ok(boots.length >= 3, `for inspection, image and system: ${JSON.stringify(boots)}`);
      const events = lab.events(name);
      for (const event of ["inspected", "image written", "installed system"])
        assert.ok(events.includes(event), `${event}\n${events.join("\n")}`);
    });
  }

  it("is destroyed in order: hosts are given back and switched off, Ironic ends after them", async () => {
    assert.ok(lab);
    await lab.destroy();
    for (const name of Object.keys(hosts)) assert.equal((await lab.device(name)).power, "off", name);
    assert.deepEqual(lab.processes(), ["devices", "machines"]);
    const namespaces = await node.kubectl("get", "namespaces", "-o", "jsonpath={.items[*].metadata.name}");
    assert.equal(namespaces, "default kube-node-lease kube-public kube-system");
  });

  it("leaves nothing behind", async () => {
    assert.ok(lab && ownNode && tracesBefore);
    const marks = [...ownNode.marks(), lab.folder];
    await lab.end();
    await ownNode.down();
    const none = { processes: [], mounts: [], interfaces: [], rules: [], controlGroups: [] };
    assert.deepEqual(newTraces(tracesBefore, await hostTraces(), marks), none);
  });
});
