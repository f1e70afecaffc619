import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { progressSummary } from "../../../components/workload-cluster/progress-summary.ts";

const script = "components/workload-cluster/scripts/wait-for-cluster.ts";
const host = (name: string, state: string, errorType = "") => ({
  metadata: { name },
  status: { provisioning: { state }, errorType, errorMessage: errorType && "odd" },
});

describe("the line that sums a wait up", () => {
  it("counts hosts by their state, most of them first, and those with an error", () => {
    const hosts = [
      host("a", "provisioning"),
      host("b", "inspecting"),
      host("c", "inspecting", "inspection error"),
      { metadata: { name: "d" } },
    ];
    assert.equal(
      progressSummary("settled", hosts),
      "not settled yet; hosts: 2 inspecting, 1 not registered yet, 1 provisioning, 1 with an error",
    );
    assert.equal(progressSummary("initialised", []), "not initialised yet");
  });
});

describe("the wait for a cluster, as Pulumi shows it", function () {
  this.timeout(120_000);
  let folder = "";
  let server: Server;
  /** The Cluster's condition ControlPlaneInitialized at each look. */
  let answers: readonly object[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "edge-lab-wait-"));
    let looks = 0;
    server = createServer((request, response) => {
      const path = new URL(request.url ?? "", "http://api").pathname;
      const isCluster = path.endsWith("/clusters/edge");
      const body = isCluster
        ? { status: { conditions: [answers[Math.min(looks++, answers.length - 1)]] } }
        : {
            items: path.endsWith("/baremetalhosts") ? [host("a", "inspecting"), host("b", "available")] : [],
          };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const cluster = { server: `http://127.0.0.1:${address.port}`, "insecure-skip-tls-verify": true };
    const kubeconfig = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "lab",
      contexts: [{ name: "lab", context: { cluster: "lab", user: "lab" } }],
      clusters: [{ name: "lab", cluster }],
      users: [{ name: "lab", user: {} }],
    };
    await writeFile(join(folder, "kubeconfig"), JSON.stringify(kubeconfig));
  });

  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  const wait = (minutes: number) =>
    execa("node", [script, "clusters", "edge", "initialised", String(minutes)], {
      cwd: join(import.meta.dirname, "../../.."),
      env: { EDGE_LAB_KUBECONFIG: join(folder, "kubeconfig") },
      reject: false,
    });

  it("is a line for each thing, whatever lines its message has, the sum last, and that it is done", async () => {
    const message = "* EtcdClusterHealthy:\n  * waiting for a first member\n* Certificates: missing";
    answers = [
      { type: "ControlPlaneInitialized", status: "False", reason: "NotInitialized", message },
      { type: "ControlPlaneInitialized", status: "True" },
    ];
    const { stderr, exitCode } = await wait(5);
    assert.equal(exitCode, 0, stderr);
    const lines = stderr.split("\n");
    assert.deepEqual(lines.slice(0, 3), [
      "edge: the control plane is not initialised (NotInitialized: * EtcdClusterHealthy: waiting for a first member; Certificates: missing)",
      "edge: host a: inspecting",
      "edge: not initialised yet; hosts: 1 available, 1 inspecting",
    ]);
    assert.match(lines[3] ?? "", /^edge: initialised after \d+ s$/);
    assert.equal(lines.length, 4);
  });

  it("ends, when the time is up, with what was missing and the command that tells why", async () => {
    answers = [{ type: "ControlPlaneInitialized", status: "False", reason: "Slow", message: "later" }];
    const { stderr, exitCode } = await wait(0.01);
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /not initialised after 0\.01 minutes: the control plane .*"npm run -s lab -- why edge"/,
    );
  });
});
