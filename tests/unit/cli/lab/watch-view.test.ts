import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import { finishedSteps } from "../../../../cli/lab/finished-steps.ts";
import { minutesText } from "../../../../cli/lab/minutes-text.ts";
import { StepHistory } from "../../../../cli/lab/step-history.ts";
import { type ViewInput, watchView } from "../../../../cli/lab/watch-view.ts";
import { objects } from "../../../../cli/lab/why/objects.ts";
import { FakeCluster } from "./support/fake-cluster.ts";
import { LabProject, repository } from "./support/lab-project.ts";
import { clusterObject, controlPlaneObject, hostObject, machineObject } from "./support/objects.ts";
import { bareMetalHost, cluster, hostError, machine } from "./why/real-objects.ts";

const now = new Date("2026-11-27T04:00:00Z");
const provisioning = (start: string): object => ({
  provisioning: { state: "provisioning" },
  operationHistory: { provision: { start, end: null } },
});

function shown(changes: Partial<ViewInput>): string {
  const input = { now, hosts: [], machines: [], clusters: [], owners: [], log: [] };
  return watchView({ ...input, history: { usual: () => undefined }, ...changes });
}

describe("the picture of lab watch", () => {
  it("has clusters with what they still have to do, machines, hosts with their errors, and the last changes", () => {
    const text = shown({
      clusters: [cluster({ RollingOut: ["True", "RollingOut", "Rolling out 1 not up-to-date replicas"] })],
      machines: [machine({ name: "edge-w-x", node: "w-1" })],
      hosts: [
        bareMetalHost({ name: "w-1", state: "provisioned", consumer: "edge-w-x" }),
        bareMetalHost({
          name: "w-2",
          status: hostError("inspection error", "timeout reached\nwhile inspecting"),
        }),
      ],
      log: ["2026-11-27T03:59:00Z  host w-1: provisioned, on"],
    });
    assert.match(
      text,
      /^2026-11-27T04:00:00Z\n\ncluster edge v1\.34\.3: Available True, TopologyReconciled True, RollingOut True\n {2}\S.*\n/,
    );
    assert.match(text, /\nMACHINE +PHASE +VERSION +NODE +FOR\nedge-w-x +Running +v1\.34\.3 +w-1\n/);
    assert.match(text, /\nw-1 +provisioned +On +edge-w-x\n/);
    assert.match(text, /\n {2}! w-2: timeout reached while inspecting\n/);
    assert.match(text, /\n\n2026-11-27T03:59:00Z {2}host w-1: provisioned, on$/);
  });

  it("says how long a step has taken and, by the lab's history, how long it will", () => {
    const host = bareMetalHost({ name: "w-1", status: provisioning("2026-11-27T03:55:00Z") });
    const usual = (seconds: number) => ({ usual: () => seconds });
    assert.match(shown({ hosts: [host] }), /\nw-1 +provisioning +On +- +5 min$/);
    assert.match(shown({ hosts: [host], history: usual(720) }), /5 min, about 7 min to go$/);
    assert.match(shown({ hosts: [host], history: usual(60) }), /5 min, usually 60 s$/);
  });

  it("says that nothing new is known, and goes on showing what was", () => {
    const host = bareMetalHost({ name: "w-1" });
    assert.match(
      shown({ hosts: [host], away: "no answer" }),
      /does not answer: no answer\n(.*\n)+w-1 +available/,
    );
  });

  it("writes times as people do", () => {
    assert.deepEqual([0.4, 89, 90, 3600, 5400, 7500].map(minutesText), [
      "0 s",
      "89 s",
      "2 min",
      "60 min",
      "1 h 30 min",
      "2 h 05 min",
    ]);
  });
});

describe("the history of a lab", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-history-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const step = (seconds: number, end: string) => ({ step: "provision", of: "w-1", end, seconds }) as const;

  it("gives the median of each step, outlives the process, and counts nothing twice", async () => {
    const history = await StepHistory.open(folder, "lab");
    assert.equal(history.usual("provision"), undefined);
    await history.add([step(60, "a"), step(600, "b"), step(90, "c")]);
    await history.add([step(60, "a")]);
    for (const one of [history, await StepHistory.open(folder, "lab")]) {
      assert.deepEqual([one.usual("provision"), one.usual("inspect")], [90, undefined]);
    }
    const file = join(folder, ".edge-lab", "history", "lab.jsonl");
    assert.equal(readFileSync(file, "utf8").split("\n").length, 4);
    writeFileSync(file, `half a line\n${readFileSync(file, "utf8")}`);
    assert.equal((await StepHistory.open(folder, "lab")).usual("provision"), 90);
  });

  it("goes by the last fifteen, since hardware and images change", async () => {
    const history = await StepHistory.open(folder, "lab");
    const many = (from: number, seconds: number) =>
      Array.from({ length: 15 }, (_, index) => step(seconds, String(from + index)));
    await history.add([...many(0, 1000), ...many(100, 10)]);
    assert.equal(history.usual("provision"), 10);
  });

  it("takes hosts' steps as Metal3 measured them, machines as they become nodes and go", () => {
    const look = (at: string, machines: readonly object[], hosts: readonly object[] = []) => ({
      at: Date.parse(at),
      hosts: hosts.map((item) => objects.host.parse(item)),
      machines: machines.map((item) => objects.machine.parse(item)),
    });
    const host = bareMetalHost({ name: "w-1", state: "provisioned" });
    assert.deepEqual(
      finishedSteps(undefined, look("2026-11-27T02:40:00Z", [], [host])).map(({ step: of, seconds }) => [
        of,
        seconds,
      ]),
      [
        ["inspect", 27],
        ["provision", 42],
      ],
    );
    const before = look("2026-11-27T02:30:40Z", [
      machine({ name: "new" }),
      machine({ name: "old", node: "w-1", deleted: "2026-11-27T02:30:00Z" }),
    ]);
    const after = look("2026-11-27T02:30:44Z", [machine({ name: "new", node: "w-1" })]);
    assert.deepEqual(
      finishedSteps(before, after).map(({ step: of, of: name, seconds }) => [of, name, seconds]),
      [
        ["machine", "new", 120],
        ["removal", "old", 44],
      ],
    );
    assert.deepEqual(finishedSteps(after, after), []);
  });
});

describe("lab watch in a terminal", function () {
  this.timeout(400_000);
  let project: LabProject;
  let api: FakeCluster;
  beforeEach(async () => {
    project = new LabProject();
    api = await FakeCluster.start();
    project.write("kubeconfig", api.kubeconfig);
    api.objects.set(apiPaths.hosts, [hostObject("a", "available")]);
  });
  afterEach(async () => {
    await api.goAway();
    project.remove();
  });

  /** Runs it under util-linux's script, which gives it a terminal of 100 columns and 30 lines. */
  function inTerminal(...args: string[]) {
    const lab = [process.execPath, join(repository, "cli/lab.ts"), "watch", "--interval", "0.1", ...args];
    const command = `stty cols 100 rows 30; exec ${lab.map((word) => `'${word}'`).join(" ")}`;
    const env = { PATH: `${project.folder}:${process.env.PATH}`, FAKE_PULUMI: project.folder, TERM: "xterm" };
    const options = { cwd: project.folder, env, reject: false, stdin: "ignore" } as const;
    return execa("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"], options);
  }

  it("draws a picture anew in its place, and leaves the last one and a cursor", async () => {
    const running = inTerminal("--until", "settled");
    let said = "";
    running.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (/a +available/.test(said) && !api.objects.has(apiPaths.clusters)) {
        api.objects.set(apiPaths.hosts, [hostObject("a", "provisioned", { poweredOn: true })]);
        api.objects.set(apiPaths.machines, [machineObject("m")]);
        api.objects.set(apiPaths.controlPlanes, [controlPlaneObject()]);
        api.objects.set(apiPaths.clusters, [clusterObject()]);
      }
    });
    const { exitCode, stdout } = await running;
    assert.equal(exitCode, 0, stdout);
    const csi = "\u001B[";
    assert.ok(stdout.includes(`${csi}?25l`), "hides the cursor");
    assert.ok(stdout.lastIndexOf(`${csi}?25h`) > stdout.lastIndexOf(`${csi}?25l`), "gives it back");
    assert.match(stdout, /HOST +STATE +POWER/);
    assert.match(stdout, /cluster edge v1\.34\.3: Available True/);
    // More than one picture, each in the place of the one before.
    assert.ok(stdout.split(`${csi}`).length > 5);
  });

  it("writes plain lines into it with --plain, and objects with --json", async () => {
    for (const [option, line] of [
      ["--plain", /^\d{4}-\d\d-\d\dT[\d:]+Z {2}host a: available\r?\n/],
      ["--json", /^\{"at":"[^"]+","text":"host a: available","subject":"host a","value":"available"\}\r?\n/],
    ] as const) {
      const running = inTerminal(option, "--until", "settled", "--timeout", "0.001");
      const { exitCode, stdout } = await running;
      assert.equal(exitCode, 1);
      assert.match(stdout, line);
      assert.ok(!stdout.includes("\u001B["));
    }
  });
});
