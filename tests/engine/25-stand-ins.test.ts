import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

const wait = { timeoutMs: 60_000, everyMs: 250 };

describe("the stand-ins, for objects made by hand", () => {
  const lab = sharedLab();
  const namespace = "hand-made";
  const kubectl = (...args: string[]) => lab.kubectl("-n", namespace, ...args);
  const ready = (kind: string, name: string, part: string) =>
    lab.field(kind, name, `.status.conditions[?(@.type=="Ready")].${part}`, namespace);

  before(async () => {
    await sharedLabUp();
    await lab.kubectl("create", "namespace", namespace);
  });
  after(() => lab.kubectl("delete", "namespace", namespace));

  it("refuse an Ironic whose Secret they may not read, and take it once it is labelled", async () => {
    await kubectl(
      "create",
      "secret",
      "generic",
      "login",
      "--from-literal=username=a",
      "--from-literal=password=b",
    );
    await apply({
      apiVersion: "ironic.metal3.io/v1alpha1",
      kind: "Ironic",
      metadata: { name: "other" },
      spec: { apiCredentialsName: "login" },
    });
    await waitUntil(async () => (await ready("ironic", "other", "reason")) === "DeploymentFailed", {
      ...wait,
      what: "DeploymentFailed",
    });
    assert.match(await ready("ironic", "other", "message"), /cannot load secret hand-made\/login.*label/);
    await kubectl("label", "secret", "login", "environment.metal3.io/ironic-standalone-operator=true");
    await waitUntil(async () => (await ready("ironic", "other", "status")) === "True", {
      ...wait,
      what: "Ready",
    });
    assert.equal(await lab.field("ironic", "other", ".status.installedVersion", namespace), "38.0");
    assert.equal(
      await lab.field("secret", "login", ".metadata.ownerReferences[0].kind", namespace),
      "Ironic",
    );
  });

  it("issue a self-signed certificate, and say what is wrong with one whose issuer is missing", async () => {
    const spec = { secretName: "self", dnsNames: ["self.test"], issuerRef: { name: "self", kind: "Issuer" } };
    await apply({ apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata: { name: "self" }, spec });
    await waitUntil(async () => (await ready("certificate", "self", "status")) === "False", {
      ...wait,
      what: "False",
    });
    assert.match(await ready("certificate", "self", "message"), /"Issuer" not found: self/);
    await apply({
      apiVersion: "cert-manager.io/v1",
      kind: "Issuer",
      metadata: { name: "self" },
      spec: { selfSigned: {} },
    });
    await waitUntil(async () => (await ready("certificate", "self", "status")) === "True", {
      ...wait,
      what: "True",
    });
    assert.equal(await lab.field("secret", "self", ".type", namespace), "kubernetes.io/tls");
  });

  it("give a claim a folder once a pod wants it, and take it back with the claim", async () => {
    await apply({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
    const containers = [
      { name: "any", image: "example.test/any", volumeMounts: [{ name: "data", mountPath: "/data" }] },
    ];
    await apply({ apiVersion: "v1", kind: "Pod", metadata: { name: "user" }, spec: { containers, volumes } });
    await waitUntil(async () => (await lab.field("pvc", "data", ".status.phase", namespace)) === "Bound", {
      ...wait,
      what: "Bound",
    });
    const volume = await lab.field("pvc", "data", ".spec.volumeName", namespace);
    const path = await lab.kubectl("get", "pv", volume, "-o", "jsonpath={.spec.hostPath.path}");
    assert.ok(existsSync(path), path);
    await kubectl("delete", "pod", "user", "--force", "--grace-period=0");
    await kubectl("delete", "pvc", "data");
    await waitUntil(() => !existsSync(path), { ...wait, what: "the removal of the folder" });
  });

  async function apply(object: object): Promise<void> {
    await lab.kubectlInput(JSON.stringify(object), "-n", namespace, "apply", "-f", "-");
  }
});
