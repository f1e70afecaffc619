import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { images } from "../../components/versions.ts";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { controlPlanePorts } from "../../sim/settings.ts";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

const wait = { timeoutMs: 60_000, everyMs: 250 };
const { repository, tag } = images.nginx;
const labels = { app: "web" };

describe("pods and Services, for objects made by hand", () => {
  const lab = sharedLab();
  const namespace = "hand-run";
  const kubectl = (...args: string[]) => lab.kubectl("-n", namespace, ...args);
  const apply = (object: object) =>
    lab.kubectlInput(JSON.stringify(object), "-n", namespace, "apply", "-f", "-");
  const pods = (path: string) => kubectl("get", "pods", "-l", "app=web", "-o", `jsonpath={.items[*]${path}}`);
  const ready = () => pods('.status.conditions[?(@.type=="Ready")].status');
  const files = (data: Record<string, string>) =>
    apply({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data });
  const processes = async () =>
    (await lab.status()).processes.filter(({ name }) => /^pod-web(-\d)?$/.test(name));
  const until = (what: string, probe: () => Promise<boolean>) => waitUntil(probe, { ...wait, what });

  before(async () => {
    await sharedLabUp();
    await lab.kubectl("create", "namespace", namespace);
    await files({ "index.html": "hello" });
    await apply({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web" },
      spec: { selector: labels, ports: [{ port: 80, targetPort: "http" }] },
    });
    const container = {
      name: "nginx",
      image: `${repository}:${tag}`,
      ports: [{ name: "http", containerPort: 8080 }],
      readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 1, failureThreshold: 1 },
      volumeMounts: [{ name: "files", mountPath: "/images" }],
    };
    const volumes = [{ name: "files", configMap: { name: "web" } }];
    await apply({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container], volumes } },
      },
    });
  });
  after(() => lab.kubectl("delete", "namespace", namespace, "--wait=false"));

  it("run one process for each replica, on an address of its own, and are not Ready before they are", async () => {
    await until("two running pods", async () => (await pods(".status.phase")) === "Running Running");
    assert.equal(await ready(), "False False");
    assert.equal(await lab.field("deploy", "web", ".status.availableReplicas", namespace), "");
    const running = await processes();
    assert.deepEqual(running.map(({ name }) => name).sort(), ["pod-web", "pod-web-2"]);
    assert.equal(new Set(running.map(({ pid }) => pid)).size, 2);
    await assert.rejects(get(await serviceAddress()), /ECONNRESET|socket hang up/);
  });

  it("become Ready by their own answer, and are then endpoints of their Service", async () => {
    await files({ "index.html": "hello", ready: "yes" });
    await until("Ready", async () => (await ready()) === "True True");
    await until("Available", async () => {
      return (await lab.field("deploy", "web", ".status.availableReplicas", namespace)) === "2";
    });
    const addresses = (await pods(".status.podIP")).split(" ");
    assert.equal(new Set(addresses).size, 2);
    await until("two endpoints", async () => {
      const slices = await kubectl(
        "get",
        "endpointslices",
        "-l",
        "kubernetes.io/service-name=web",
        "-o",
        "jsonpath={.items[*].endpoints[*].addresses[0]}",
      );
      return slices.split(" ").sort().join() === addresses.sort().join();
    });
    assert.equal(await get(await serviceAddress(), "/index.html"), "hello");
  });

  it("stop being Ready when they say so", async () => {
    await files({ "index.html": "hello" });
    await until("not Ready", async () => (await ready()) === "False False");
    await files({ "index.html": "hello", ready: "yes" });
    await until("Ready", async () => (await ready()) === "True True");
  });

  it("are restarted when they crash, which is counted", async () => {
    const [first] = await processes();
    assert.ok(first?.pid);
    process.kill(first.pid, "SIGKILL");
    const restarts = async () => (await pods(".status.containerStatuses[0].restartCount")).split(" ").sort();
    await until("a restart", async () => (await restarts()).join() === "0,1");
    await until("Ready", async () => (await ready()) === "True True");
    const again = (await processes()).find(({ name }) => name === first.name);
    assert.ok(again?.pid && again.pid !== first.pid);
  });

  it("have the identity of their ServiceAccount", async () => {
    const [uid = ""] = (await pods(".metadata.uid")).split(" ");
    const volumes = join(lab.settings.stateDir, "pods", uid, "volumes");
    const folder = readdirSync(volumes).find((name) => name.startsWith("kube-api-access-"));
    assert.ok(folder);
    const file = (name: string) => join(volumes, folder, name);
    const { apiServer } = controlPlanePorts(lab.settings);
    const server = `https://127.0.0.1:${apiServer}`;
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "pod",
      contexts: [{ name: "pod", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server, "certificate-authority": file("ca.crt") } }],
      users: [{ name: "u", user: { tokenFile: file("token") } }],
    };
    const answer = await lab.kubectlInput(
      JSON.stringify(review),
      "--kubeconfig",
      lab.scratch("pod.json", JSON.stringify(config)),
      "create",
      "--validate=false",
      "-f",
      "-",
      "-o",
      "jsonpath={.status.userInfo.username}",
    );
    assert.equal(answer, `system:serviceaccount:${namespace}:default`);
  });

  it("end with their objects, and their Service with its own", async () => {
    const address = await serviceAddress();
    const before = await processes();
    await kubectl("delete", "deploy", "web");
    await until("no pods", async () => (await pods(".metadata.name")) === "");
    assert.deepEqual(await processes(), []);
    for (const { pid } of before) assert.throws(() => process.kill(pid ?? 0, 0), /ESRCH/);
    await kubectl("delete", "service", "web");
    await until("nobody at the Service's address", async () => !(await listens(address, 80)));
  });

  it("get the authority of a Certificate into webhook configurations that ask for it", async () => {
    const spec = { secretName: "hook", dnsNames: ["hook.test"], issuerRef: { name: "self", kind: "Issuer" } };
    const cert = "cert-manager.io/v1";
    await apply({ apiVersion: cert, kind: "Issuer", metadata: { name: "self" }, spec: { selfSigned: {} } });
    await apply({ apiVersion: cert, kind: "Certificate", metadata: { name: "hook" }, spec });
    const webhook = {
      name: "hook.test.example",
      clientConfig: { service: { namespace, name: "hook" } },
      rules: [
        { apiGroups: ["none.test"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["nothing"] },
      ],
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
    };
    const annotations = { "cert-manager.io/inject-ca-from": `${namespace}/hook` };
    await apply({
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "hand-run", annotations },
      webhooks: [webhook],
    });
    const bundle = () =>
      lab.field("validatingwebhookconfiguration", "hand-run", ".webhooks[0].clientConfig.caBundle");
    await until("the authority", async () => (await bundle()) !== "");
    assert.equal(await bundle(), await lab.field("secret", "hook", ".data.ca\\.crt", namespace));
    await lab.kubectl("delete", "validatingwebhookconfiguration", "hand-run");
  });

  async function serviceAddress(): Promise<string> {
    return lab.field("service", "web", ".spec.clusterIP", namespace);
  }
});

function get(host: string, path = "/"): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port: 80, path, agent: false, timeout: 5_000 }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error("no answer in 5 s")));
    sent.end();
  });
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
