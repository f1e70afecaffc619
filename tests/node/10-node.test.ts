import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { leaveOut } from "../support/leave-out.ts";
import { sandboxImage } from "./machine/node-configuration.ts";
import { nodeSettings } from "./machine/node-settings.ts";
import { RealNode } from "./machine/real-node.ts";
import { nodeUp, ownNode, sharedNode, tracesBefore } from "./shared-node.ts";
import { hostTraces, newTraces } from "./support/host-traces.ts";

/** A pod that serves a folder by HTTP, from the only image that every node of our own has. */
const web = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", labels: { app: "web" } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: "web",
        image: sandboxImage,
        command: ["/busybox", "sh", "-c", "/busybox echo started; exec /busybox httpd -f -p 8080 -h /files"],
        ports: [{ name: "http", containerPort: 8080, hostPort: 18_080 }],
        readinessProbe: { httpGet: { path: "/hello", port: "http" }, periodSeconds: 1 },
        volumeMounts: [{ name: "files", mountPath: "/files" }],
      },
    ],
    volumes: [{ name: "files", configMap: { name: "web" } }],
  },
};
const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: {
    type: "NodePort",
    selector: { app: "web" },
    ports: [{ port: 80, targetPort: "http", nodePort: 30_080 }],
  },
};
const files = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data: { hello: "hello" } };

describe("a real node", () => {
  const node = sharedNode;
  const namespace = "node-test";
  let up = false;
  const kubectl = (...args: string[]) => node.kubectl("-n", namespace, ...args);

  before(async function () {
    leaveOut(this, ownNode ? await nodeUp() : "this machine's k3s has no image for it");
    up = true;
    await node.kubectl("create", "namespace", namespace);
    // A pod before its namespace's ServiceAccount is refused.
    const account = () => kubectl("get", "serviceaccount", "default", "-o", "name");
    await waitUntil(account, { what: "the ServiceAccount", timeoutMs: 60_000 });
    const list = { apiVersion: "v1", kind: "List", items: [files, service, web] };
    await node.kubectlInput(JSON.stringify(list), "-n", namespace, "apply", "-f", "-");
  });
  after(async () => {
    if (up) await node.kubectl("delete", "namespace", namespace, "--ignore-not-found");
  });

  it("runs a pod, which is Ready by its own answer and has an address of the pod network", async () => {
    await kubectl("wait", "pod/web", "--for=condition=Ready", "--timeout=120s");
    assert.match(await kubectl("get", "pod", "web", "-o", "jsonpath={.status.podIP}"), /^10\.42\.0\.\d+$/);
    assert.match(await kubectl("logs", "web"), /^started/);
  });

  it("answers on a port of the node, from outside the pod network", async () => {
    const answer = await fetch(`http://${node.address}:18080/hello`, { signal: AbortSignal.timeout(10_000) });
    assert.equal(await answer.text(), "hello");
  });

  it("knows the name of its Service by the cluster's DNS", async () => {
    const address = await kubectl("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}");
    const name = `web.${namespace}.svc.cluster.local`;
    const found = await kubectl("exec", "web", "--", "/busybox", "nslookup", "-type=a", name);
    assert.ok(found.includes(`Address: ${address}`), found);
  });

  it("answers through kube-proxy", async () => {
    // An endpoint gets there some moments after its pod has become Ready.
    const ask = async () => (await fetch(`http://${node.address}:30080/hello`)).text();
    assert.equal(await waitUntil(ask, { what: "port 30080", timeoutMs: 60_000, everyMs: 500 }), "hello");
  });

  it("is the only one on this machine: a second one is refused before anything of it is made", async () => {
    const settings = nodeSettings(join(tmpdir(), "edge-lab-second-node"));
    await assert.rejects(
      new RealNode(settings).up(),
      /172\.30\.40\.1 is the address of interface el\w+: another/,
    );
    assert.equal(existsSync(settings.stateDir), false);
  });

  it("leaves its traces on this machine where they are looked for", async () => {
    assert.ok(ownNode && tracesBefore);
    const { processes, interfaces, controlGroups, mounts, rules } = newTraces(
      tracesBefore,
      await hostTraces(),
      ownNode.marks(),
    );
    for (const program of ["kubelet", "kube-proxy", "containerd-shim", "httpd"])
      assert.ok(
        processes.some((line) => line.includes(program)),
        program,
      );
    assert.equal(interfaces.length, 2, interfaces.join());
    assert.ok(controlGroups.length > 1);
    assert.deepEqual([mounts, rules], [[], []], "these are inside of the node's namespaces only");
  });
});
