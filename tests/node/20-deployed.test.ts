import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AmtDevice, startAmtDevice } from "../../sim/devices/index.ts";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { debianPackages } from "../support/debian-packages.ts";
import { labPorts, NodeLab } from "./node-lab.ts";
import { NodeStandIns } from "./node-stand-ins.ts";
import { nodeUp, ownNode, sharedNode } from "./shared-node.ts";
import { containerProcess } from "./support/container-process.ts";
import { importNginxImage } from "./support/nginx-image.ts";
import { RedfishClient } from "./support/redfish-client.ts";

const wait = { timeoutMs: 180_000, everyMs: 500 };
const imageBytes = randomBytes(3_000_000);
const imageName = "node-v1.34.3-0123456789ab.raw";

/** One after the other, on one lab: the later ones take away what the earlier ones look at. */
describe("what a lab deploys, on a real node", () => {
  const node = sharedNode;
  const lab = new NodeLab(node);
  let standIns: NodeStandIns | undefined;
  let device: AmtDevice | undefined;
  let redfish: RedfishClient;

  const kubectl = (...args: string[]) => node.kubectl("-n", "edge-lab", ...args);
  const field = (kind: string, name: string, path: string) =>
    kubectl("get", kind, name, "-o", `jsonpath={${path}}`);
  const ofPod = (name: string, path: string) =>
    kubectl("get", "pods", "-l", `app.kubernetes.io/name=${name}`, "-o", `jsonpath={.items[0]${path}}`);
  const available = (name: string) => kubectl("rollout", "status", `deployment/${name}`, "--timeout=300s");
  /** The pod may be Ready some moments before its port on the node leads to it. */
  const answers = (path: string, status: number) =>
    waitUntil(
      async () => {
        const answer = await redfish.send("GET", path);
        return answer.status === status ? answer : undefined;
      },
      { ...wait, what: `${status} of ${path}` },
    );

  before(async function () {
    const why = (await debianPackages({ nginx: "nginx-light", "apt-get": "apt" })) ?? (await nodeUp());
    if (why !== undefined) {
      console.log(`    ${why}`);
      this.skip();
    }
    // The node is a new one: an interrupted run's state would know of things that it has not.
    if (ownNode) lab.forget();
    await importNginxImage(node.ctr, join(lab.folder, "nginx"));
    standIns = new NodeStandIns(node.kubeconfig, ownNode?.paths.volumes);
    device = await startAmtDevice({ ...lab.device, power: "on" });
    await lab.up();
    const [ca, password] = await Promise.all(
      ["certificateAuthority", "redfishPassword"].map((name) => lab.output(name)),
    );
    const url = `https://${node.address}:${labPorts.emulator}`;
    redfish = new RedfishClient(url, ca ?? "", `admin:${password}`);
  });
  after(async () => {
    await standIns?.stop();
    await device?.close();
    lab.forget();
  });

  it("is the emulator's image, built on the way and pulled by nobody", async () => {
    const image = await field("deployment", "redfish-emulator", ".spec.template.spec.containers[0].image");
    assert.match(image, /^localhost\/edge-lab\/redfish-emulator:[0-9a-f]{12}$/);
    const events = await kubectl(
      "get",
      "events",
      "--field-selector",
      "reason=Pulled",
      "-o",
      "jsonpath={.items[*].message}",
    );
    assert.ok(events.includes(`"${image}" already present on machine`), events);
  });

  for (const [name, program, user] of [
    ["redfish-emulator", "main.js", 10_001],
    ["image-server", "nginx", 101],
  ] as const) {
    it(`${name}: runs without any right, on a read-only root, with a filter of system calls`, async () => {
      const { pid, ...found } = containerProcess(await ofPod(name, ".metadata.uid"), program);
      const rights = { capabilities: "0".repeat(16), noNewPrivileges: true, filtered: true };
      assert.deepEqual(found, { user, ...rights, readOnlyRoot: true }, `process ${pid}`);
    });
  }

  it("answers at the node's address, with a certificate of the lab's authority", async () => {
    const { body, certificate } = await answers("/redfish/v1/Systems", 200);
    assert.equal(body["Members@odata.count"], 1);
    assert.equal(certificate.issuer.CN, "edge-lab");
    assert.ok(certificate.subjectaltname?.includes(`IP Address:${node.address}`), certificate.subjectaltname);
  });

  it("answers by its Service's name to a pod on the node's network, as Ironic is one", async () => {
    const image = await field("deployment", "redfish-emulator", ".spec.template.spec.containers[0].image");
    const url = "https://redfish-emulator.edge-lab.svc:8443/redfish/v1/";
    const script = `const answer = await fetch(${JSON.stringify(url)}); console.log(answer.status, (await answer.json()).RedfishVersion)`;
    const container = {
      name: "client",
      image,
      command: ["node", "--input-type=module", "-e", script],
      env: [{ name: "NODE_EXTRA_CA_CERTS", value: "/ca/ca.crt" }],
      volumeMounts: [{ name: "ca", mountPath: "/ca" }],
    };
    const spec = {
      hostNetwork: true,
      dnsPolicy: "ClusterFirstWithHostNet",
      restartPolicy: "Never",
      containers: [container],
      volumes: [{ name: "ca", configMap: { name: "edge-lab-ca" } }],
    };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "client" }, spec };
    await node.kubectlInput(JSON.stringify(pod), "-n", "edge-lab", "apply", "-f", "-");
    try {
      const ended = async () => /Succeeded|Failed/.test(await field("pod", "client", ".status.phase"));
      await waitUntil(ended, { ...wait, what: "the client's end" });
      assert.match(await kubectl("logs", "client"), /^200 1\.\d+\.\d+/);
    } finally {
      await kubectl("delete", "pod", "client", "--grace-period=0", "--force");
    }
  });

  it("reaches a host's device outside of the cluster", async () => {
    const power = async () => (await redfish.send("GET", "/redfish/v1/Systems/m920q-1")).body.PowerState;
    await waitUntil(async () => (await power()) === "On", { ...wait, what: "the device's power" });
  });

  it("has network policies of the right peers and ports", async () => {
    const spec = async (name: string) => JSON.parse(await field("networkpolicy", name, ".spec")) as object;
    const podSelector = { matchLabels: { "app.kubernetes.io/name": "redfish-emulator" } };
    const tcp = (port: number) => [{ protocol: "TCP", port }];
    const kubeSystem = { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } };
    assert.deepEqual(await spec("redfish-emulator"), {
      podSelector,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ ipBlock: { cidr: `${node.address}/32` } }], ports: tcp(8443) }],
      egress: [
        { to: [{ namespaceSelector: kubeSystem }], ports: [...tcp(53), { protocol: "UDP", port: 53 }] },
      ],
    });
    assert.deepEqual(await spec("redfish-emulator-m920q-1"), {
      podSelector,
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: `${lab.device.host}/32` } }], ports: tcp(lab.device.port) }],
    });
  });

  const ranged = (range: string) =>
    fetch(`http://${node.address}:${labPorts.images}/${imageName}`, {
      headers: { range },
      signal: AbortSignal.timeout(20_000),
    });

  it("gives an image from its volume in pieces, to a client outside the pod network", async () => {
    const volume = await field("pvc", "image-server", ".spec.volumeName");
    const path = await node.kubectl(
      "get",
      "pv",
      volume,
      "-o",
      "jsonpath={.spec.hostPath.path}{.spec.local.path}",
    );
    writeFileSync(join(path, imageName), imageBytes, { mode: 0o644 });
    const answer = await ranged("bytes=1000000-1999999");
    assert.equal(answer.status, 206);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), imageBytes.subarray(1_000_000, 2_000_000));
  });

  it("does nothing in a second update", async () => {
    const before = await ofPod("redfish-emulator", ".metadata.uid");
    assert.doesNotMatch(await lab.up(), /^\s+[-+~] +\d+ /m);
    assert.equal(await ofPod("redfish-emulator", ".metadata.uid"), before);
  });

  it("serves a renewed certificate without a restart", async () => {
    const before = (await answers("/redfish/v1/", 200)).certificate.serialNumber;
    await kubectl("delete", "secret", "redfish-emulator-tls");
    const renewed = async () =>
      (await redfish.send("GET", "/redfish/v1/")).certificate.serialNumber !== before;
    await waitUntil(renewed, { ...wait, what: "the new certificate" });
    assert.equal(await ofPod("redfish-emulator", ".status.containerStatuses[0].restartCount"), "0");
  });

  it("keeps what it has stored when its pod is killed", async () => {
    const account = { UserName: "kept", Password: "Kept-for-Ever-1", RoleId: "ReadOnly" };
    const made = await redfish.send("POST", "/redfish/v1/AccountService/Accounts", account);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const before = await ofPod("redfish-emulator", ".metadata.uid");
    const { pid } = containerProcess(before, "main.js");
    process.kill(pid, "SIGKILL");
    await kubectl(
      "delete",
      "pod",
      "-l",
      "app.kubernetes.io/name=redfish-emulator",
      "--grace-period=0",
      "--force",
    );
    await available("redfish-emulator");
    assert.notEqual(await ofPod("redfish-emulator", ".metadata.uid"), before);
    await answers("/redfish/v1/AccountService/Accounts/kept", 200);
  });

  it("is restarted by its probe when it hangs", async () => {
    const { pid } = containerProcess(await ofPod("redfish-emulator", ".metadata.uid"), "main.js");
    process.kill(pid, "SIGSTOP");
    const restarts = () => ofPod("redfish-emulator", ".status.containerStatuses[0].restartCount");
    await waitUntil(async () => (await restarts()) === "1", { ...wait, what: "a restart" });
    await available("redfish-emulator");
    await answers("/redfish/v1/", 200);
  });

  it("comes back with all that it had after the node's power was cut", async () => {
    await node.restart();
    await answers("/redfish/v1/AccountService/Accounts/kept", 200);
    await waitUntil(async () => (await ranged("bytes=0-9")).status === 206, {
      ...wait,
      what: "the image server",
    });
    await Promise.all(["redfish-emulator", "image-server"].map(available));
  });

  it("goes with its volumes when it is destroyed", async () => {
    const volume = await field("pvc", "redfish-emulator-data", ".spec.volumeName");
    const path = await node.kubectl(
      "get",
      "pv",
      volume,
      "-o",
      "jsonpath={.spec.hostPath.path}{.spec.local.path}",
    );
    assert.ok(existsSync(path));
    await lab.destroy();
    assert.equal(await node.kubectl("get", "namespace", "edge-lab", "--ignore-not-found", "-o", "name"), "");
    await waitUntil(() => !existsSync(path), { ...wait, what: "the removal of the volume" });
  });
});
