import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { reuseMark, staleReuseMarks } from "../../../components/workload-cluster/stale-reuse-marks.ts";

const wanted = [
  ["TopologyReconciled", "True"],
  ["RollingOut", "False"],
  ["Available", "True"],
];
const cluster = (available = "True") => ({
  metadata: { name: "edge", generation: 1 },
  spec: { topology: { version: "v1.34.3" } },
  status: {
    conditions: wanted.map(([type, status]) => ({
      type,
      status: type === "Available" ? available : status,
    })),
  },
});
const owner = (kind: string, name: string) => ({
  kind,
  metadata: { name, generation: 1 },
  spec: { replicas: 1 },
  status: { observedGeneration: 1, replicas: 1, upToDateReplicas: 1 },
});
const owners = [
  owner("KubeadmControlPlane", "edge-control-plane"),
  owner("MachineDeployment", "edge-workers"),
];
const host = (name: string, mark?: string, consumer?: string) => ({
  metadata: {
    name,
    resourceVersion: "7",
    labels: { role: "worker", ...(mark ? { [reuseMark]: mark } : {}) },
  },
  spec: consumer ? { consumerRef: { kind: "Metal3Machine", name: consumer } } : {},
});
const names = (hosts: readonly unknown[], state = cluster(), machines: readonly unknown[] = []): string[] =>
  staleReuseMarks({ cluster: state, machines, owners, hosts }).map(({ name }) => name);

describe("the marks that machines leave on hosts", () => {
  it("are stale on free hosts of either role, once the cluster has settled", () => {
    assert.deepEqual(
      names([
        host("given-up", "md-edge-workers"),
        host("left", "cp-edge-control-plane"),
        host("never-used"),
        host("in-use", "md-edge-workers", "edge-workers-a"),
      ]),
      ["given-up", "left"],
    );
  });

  it("are kept while a machine may still come back to one", () => {
    const hosts = [host("freed", "md-edge-workers")];
    assert.deepEqual(names(hosts, cluster("False")), []);
    const old = { metadata: { name: "a" }, spec: { version: "v1.33.0" }, status: { nodeRef: { name: "a" } } };
    assert.deepEqual(names(hosts, cluster(), [old]), []);
  });

  it("of another cluster are its own affair", () => {
    assert.deepEqual(names([host("freed", "md-lab2-workers"), host("odd", "edge-workers")]), []);
  });
});

interface Patch {
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly body: unknown;
}

describe("taking stale marks from hosts", function () {
  this.timeout(60_000);
  let api: Server;
  let folder: string;
  let patches: Patch[];
  let found: unknown;
  /** Codes of the next patches. */
  let answers: number[];

  beforeEach(async () => {
    patches = [];
    found = cluster();
    answers = [];
    folder = await mkdtemp(join(tmpdir(), "edge-lab-marks-"));
    api = createServer((request, response) => {
      void text(request).then((sent) => {
        const { pathname } = new URL(request.url ?? "/", "http://api");
        const [code, body] = answer(request.method ?? "", pathname);
        if (request.method === "PATCH") {
          patches.push({ path: request.url, type: request.headers["content-type"], body: JSON.parse(sent) });
        }
        response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    api.listen(0, "127.0.0.1");
    await once(api, "listening");
    const server = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    await writeFile(
      join(folder, "kubeconfig"),
      stringify({
        "current-context": "lab",
        contexts: [{ name: "lab", context: { cluster: "lab", user: "lab" } }],
        clusters: [{ name: "lab", cluster: { server, "insecure-skip-tls-verify": true } }],
        users: [{ name: "lab", user: {} }],
      }),
    );
  });
  afterEach(async () => {
    api.closeAllConnections();
    api.close();
    await rm(folder, { recursive: true, force: true });
  });

  function answer(method: string, path: string): [number, unknown] {
    if (method === "PATCH") return [answers.shift() ?? 200, {}];
    if (path.endsWith("/clusters/edge")) return found === undefined ? [404, {}] : [200, found];
    if (path.endsWith("/kubeadmcontrolplanes")) return [200, { items: owners.slice(0, 1) }];
    if (path.endsWith("/machinedeployments")) return [200, { items: owners.slice(1) }];
    if (path.endsWith("/baremetalhosts")) return [200, { items: [host("optiplex-2", "md-edge-workers")] }];
    return [200, { items: [] }];
  }
  async function run(): Promise<string> {
    const script = "components/workload-cluster/scripts/drop-reuse-marks.ts";
    const { stderr } = await promisify(execFile)("node", [script, "clusters", "edge"], {
      env: { ...process.env, EDGE_LAB_KUBECONFIG: join(folder, "kubeconfig") },
    });
    return stderr;
  }

  it("patches nothing but the mark, by the version that was judged, and says which host", async () => {
    assert.match(await run(), /edge: host optiplex-2 is free for any machine again/);
    const [patch] = patches;
    assert.equal(patches.length, 1);
    assert.match(
      patch?.path ?? "",
      /namespaces\/clusters\/baremetalhosts\/optiplex-2\?.*fieldManager=edge-lab/,
    );
    assert.equal(patch?.type, "application/merge-patch+json");
    assert.deepEqual(patch?.body, { metadata: { resourceVersion: "7", labels: { [reuseMark]: null } } });
  });

  it("looks again when the host has changed meanwhile", async () => {
    answers = [409];
    await run();
    assert.equal(patches.length, 2);
  });

  it("does nothing before there is a cluster", async () => {
    found = undefined;
    assert.equal(await run(), "");
    assert.deepEqual(patches, []);
  });
});
