import assert from "node:assert/strict";
import { randomBytes, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { leaveOut } from "../support/leave-out.ts";
import { deployedLab } from "./deployed-lab.ts";
import { sharedNode } from "./shared-node.ts";
import { containerProcesses } from "./support/container-process.ts";
import { RedfishClient } from "./support/redfish-client.ts";

const wait = { timeoutMs: 180_000, everyMs: 500 };

/** What a real node makes of a lab that nothing has happened to yet. */
describe("what a lab deploys, on a real node", () => {
  const { lab } = deployedLab;
  const spec = async (kind: string, name: string) =>
    JSON.parse(await deployedLab.field(kind, name, ".spec")) as object;
  const emulatorImage = () =>
    deployedLab.field("deployment", "redfish-emulator", ".spec.template.spec.containers[0].image");

  before(async function () {
    leaveOut(this, await deployedLab.up());
  });

  it("runs: every pod is Ready, started once and never again", async () => {
    const each =
      '{range .items[*]}{.metadata.labels.app\\.kubernetes\\.io/name} {.status.conditions[?(@.type=="Ready")].status} {.status.containerStatuses[*].restartCount}{"\\n"}{end}';
    const pods = await deployedLab.kubectl("get", "pods", "-o", `jsonpath=${each}`);
    assert.deepEqual(
      pods.trim().split("\n").sort(),
      deployedLab.names.map((name) => `${name} True 0`).sort(),
    );
  });

  it("is the emulator's image, built on the way and pulled by nobody", async () => {
    const image = await emulatorImage();
    assert.match(image, /^localhost\/edge-lab\/redfish-emulator:[0-9a-f]{12}$/);
    const messages = ["--field-selector", "reason=Pulled", "-o", "jsonpath={.items[*].message}"];
    const events = await deployedLab.kubectl("get", "events", ...messages);
    assert.ok(events.includes(`"${image}" already present on machine`), events);
  });

  for (const [name, program, user] of [
    ["redfish-emulator", "main.js", 10_001],
    ["image-server", "nginx", 101],
  ] as const) {
    it(`${name}: no root, no rights, a read-only root, the runtime's filter of system calls`, async () => {
      const profile = await deployedLab.ofPod(name, ".spec.securityContext.seccompProfile.type");
      assert.equal(profile, "RuntimeDefault");
      const processes = containerProcesses(await deployedLab.ofPod(name, ".metadata.uid"), program);
      const rights = { capabilities: "0".repeat(16), noNewPrivileges: true, filtered: true };
      for (const { pid, ...found } of processes)
        assert.deepEqual(found, { user, ...rights, readOnlyRoot: true }, `process ${pid}`);
    });
  }

  it("answers at the node's address, to who trusts the lab's authority and to nobody else", async () => {
    const { body, certificate } = await deployedLab.answers("/redfish/v1/Systems");
    assert.equal(body["Members@odata.count"], 1);
    assert.equal(certificate.issuer.CN, "edge-lab");
    const names = certificate.subjectaltname;
    assert.ok(names?.includes(`IP Address:${sharedNode.address}`), names);
    const stranger = new RedfishClient(deployedLab.url, undefined, "admin:password");
    await assert.rejects(stranger.send("GET", "/redfish/v1/"), /unable to verify|self.signed/);
  });

  it("has the certificate mounted that its Secret holds", async () => {
    const { certificate } = await deployedLab.answers("/redfish/v1/");
    const pem = await deployedLab.field("secret", "redfish-emulator-tls", ".data.tls\\.crt");
    const mounted = new X509Certificate(Buffer.from(pem, "base64"));
    assert.equal(certificate.fingerprint256, mounted.fingerprint256);
  });

  describe("its Issuers and Certificates", () => {
    /** Has the API server judge an object by cert-manager's definitions; nothing is made. */
    const judged = (object: unknown) =>
      sharedNode.kubectlInput(
        JSON.stringify(object),
        "create",
        "--dry-run=server",
        "--validate=strict",
        "-f",
        "-",
      );

    it("are what cert-manager's own definitions know, to the last field", async () => {
      const declared = await lab.declared("cert-manager.io/");
      assert.deepEqual(declared.map(({ kind }) => kind).sort(), ["Certificate", "ClusterIssuer"]);
      for (const object of declared) {
        const metadata = { ...object.metadata, name: `${object.metadata.name}-judged` };
        assert.match(await judged({ ...object, metadata }), /-judged created \(server dry run\)/);
      }
    });

    for (const [what, change, says] of [
      ["a field that there is not", { secretname: "typo" }, /unknown field "spec\.secretname"/],
      ["no issuer", { issuerRef: undefined }, /spec\.issuerRef: Required value/],
      ["an algorithm that there is not", { privateKey: { algorithm: "DSA" } }, /Unsupported value: "DSA"/],
    ] as const) {
      it(`would be refused with ${what}`, async () => {
        const certificate = (await lab.declared("cert-manager.io/")).find(
          ({ kind }) => kind === "Certificate",
        );
        assert.ok(certificate);
        const metadata = { ...certificate.metadata, name: "wrong" };
        await assert.rejects(
          judged({ ...certificate, metadata, spec: { ...certificate.spec, ...change } }),
          says,
        );
      });
    }
  });

  it("answers by its Service's name to a pod on the node's network, as Ironic is one", async () => {
    const url = "https://redfish-emulator.edge-lab.svc:8443/redfish/v1/";
    const script = `const answer = await fetch(${JSON.stringify(url)}); console.log(answer.status, (await answer.json()).RedfishVersion)`;
    const container = {
      name: "client",
      image: await emulatorImage(),
      command: ["node", "--input-type=module", "-e", script],
      env: [{ name: "NODE_EXTRA_CA_CERTS", value: "/ca/ca.crt" }],
      volumeMounts: [{ name: "ca", mountPath: "/ca" }],
    };
    const podSpec = {
      hostNetwork: true,
      dnsPolicy: "ClusterFirstWithHostNet",
      restartPolicy: "Never",
      containers: [container],
      volumes: [{ name: "ca", configMap: { name: "edge-lab-ca" } }],
    };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "client" }, spec: podSpec };
    await sharedNode.kubectlInput(JSON.stringify(pod), "-n", "edge-lab", "apply", "-f", "-");
    try {
      const ended = async () =>
        /Succeeded|Failed/.test(await deployedLab.field("pod", "client", ".status.phase"));
      await waitUntil(ended, { ...wait, what: "the client's end" });
      assert.match(await deployedLab.kubectl("logs", "client"), /^200 1\.\d+\.\d+/);
    } finally {
      await deployedLab.kubectl("delete", "pod", "client", "--grace-period=0", "--force");
    }
  });

  it("reaches a host's device outside of the cluster", async () => {
    const power = async () =>
      (await deployedLab.redfish.send("GET", "/redfish/v1/Systems/m920q-1")).body.PowerState;
    await waitUntil(async () => (await power()) === "On", { ...wait, what: "the device's power" });
  });

  it("has network policies of the right peers and ports", async () => {
    const podSelector = { matchLabels: { "app.kubernetes.io/name": "redfish-emulator" } };
    const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: "TCP", port }));
    const block = (address: string) => [{ ipBlock: { cidr: `${address}/32` } }];
    const kubeSystem = { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } };
    assert.deepEqual(await spec("networkpolicy", "redfish-emulator"), {
      podSelector,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: block(sharedNode.address), ports: tcp(8443) }],
      egress: [
        { to: [{ namespaceSelector: kubeSystem }], ports: [...tcp(53), { protocol: "UDP", port: 53 }] },
        // The API server, for what the console shows of Kubernetes.
        { to: block(sharedNode.address), ports: tcp(443, 6443) },
      ],
    });
    assert.deepEqual(await spec("networkpolicy", "redfish-emulator-m920q-1"), {
      podSelector,
      policyTypes: ["Egress"],
      egress: [{ to: block(lab.device.host), ports: tcp(lab.device.port) }],
    });
    const names = await deployedLab.kubectl("get", "networkpolicy", "-o", "name");
    assert.equal(names.split("\n").length, 2, names);
  });

  it("gives an image from its volume in pieces, to a client outside the pod network", async () => {
    const image = "node-v1.34.3-0123456789ab.raw";
    const bytes = randomBytes(3_000_000);
    const folder = await deployedLab.volumeFolder("image-server");
    writeFileSync(join(folder, image), bytes, { mode: 0o644 });
    const answer = await deployedLab.image(image, "bytes=1000000-1999999");
    assert.equal(answer.status, 206);
    assert.equal(answer.headers.get("content-range"), "bytes 1000000-1999999/3000000");
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes.subarray(1_000_000, 2_000_000));
    assert.equal((await deployedLab.image(image, "bytes=3000000-")).status, 416);
  });

  it("does nothing in a second update", async () => {
    const before = await deployedLab.ofPod("redfish-emulator", ".metadata.uid");
    assert.doesNotMatch(await lab.up(), /^\s+[-+~] +\d+ /m);
    assert.equal(await deployedLab.ofPod("redfish-emulator", ".metadata.uid"), before);
  });
});
