import assert from "node:assert/strict";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import { ApiRefusal, ApiUnreachable } from "../../../../cli/lab/kube-api.ts";
import { type WatchEnd, type WatchOptions, watchLab } from "../../../../cli/lab/watch.ts";
import { FakeCluster } from "./support/fake-cluster.ts";
import { LabProject } from "./support/lab-project.ts";
import { clusterObject, controlPlaneObject, hostObject, machineObject } from "./support/objects.ts";

interface Look {
  readonly hosts?: readonly unknown[];
  readonly machines?: readonly unknown[];
  readonly clusters?: readonly unknown[];
  readonly controlPlanes?: readonly unknown[];
}

describe("lab watch", () => {
  /** Watches what each look gives, one every 5 s of a clock that only the watch moves; interrupted after the last. */
  async function watched(
    looks: readonly (Look | Error)[],
    options: Partial<WatchOptions> = {},
  ): Promise<{ lines: string[]; end: WatchEnd; looked: number }> {
    const interrupt = new AbortController();
    const lines: string[] = [];
    let time = Date.parse("2026-01-02T03:04:05Z");
    let turn = 0;
    const end = await watchLab({
      api: {
        list: async (path) => {
          const look = looks[turn] ?? {};
          if (look instanceof Error) throw look;
          const found: Readonly<Record<string, readonly unknown[] | undefined>> = {
            [apiPaths.hosts]: look.hosts,
            [apiPaths.machines]: look.machines,
            [apiPaths.clusters]: look.clusters,
            [apiPaths.controlPlanes]: look.controlPlanes,
          };
          return found[path] ?? [];
        },
      },
      clusters: ["edge"],
      intervalSeconds: 5,
      signal: interrupt.signal,
      say: (line) => lines.push(line),
      now: () => new Date(time),
      sleep: async (duration) => {
        time += duration;
        turn += 1;
        if (turn >= looks.length) interrupt.abort();
      },
      ...options,
    });
    return { lines, end, looked: turn + 1 };
  }

  it("tells first what there is, then each change with its time, and no more", async () => {
    const first = { hosts: [hostObject("a", "inspecting")], machines: [machineObject("m", { node: false })] };
    const later = {
      hosts: [hostObject("a", "available", { poweredOn: false })],
      machines: [machineObject("m")],
    };
    const { lines, end } = await watched([first, first, later, { machines: [machineObject("m")] }]);
    assert.deepEqual(lines, [
      "2026-01-02T03:04:05Z  host a: inspecting",
      "2026-01-02T03:04:05Z  machine m: Running v1.34.3",
      "2026-01-02T03:04:15Z  host a: available, off",
      "2026-01-02T03:04:15Z  machine m: Running v1.34.3, node m",
      "2026-01-02T03:04:20Z  host a: gone",
    ]);
    assert.equal(end, "interrupted");
  });

  it("tells a host's error with its hint", async () => {
    const status = { errorType: "provisioning error", errorMessage: "image checksum\nverification failed" };
    const { lines } = await watched([{ hosts: [hostObject("a", "provisioning", status)] }]);
    assert.match(
      lines[0] ?? "",
      /host a: provisioning, provisioning error: image checksum verification failed \[/,
    );
  });

  it("tells a condition when its status changes, not at each of its messages", async () => {
    const at = (status: string, message: string): Look => ({
      clusters: [clusterObject({ Available: status }, message)],
    });
    const { lines } = await watched([at("False", "0 of 3"), at("False", "1 of 3"), at("True", "")]);
    assert.deepEqual(
      lines.map((line) => line.slice(22)),
      [
        "cluster edge: there",
        "cluster edge Available: False (AvailableIsFalse): 0 of 3",
        "cluster edge Available: True (AvailableIsTrue)",
      ],
    );
  });

  it("outlives an API server that is away, tells of it once, and forgets nothing meanwhile", async () => {
    const here = { hosts: [hostObject("a", "available")] };
    const away = new ApiUnreachable("https://192.0.2.1:6443: no answer within 10 s");
    const { lines } = await watched([here, away, away, here]);
    assert.deepEqual(
      lines.map((line) => line.slice(22)),
      [
        "host a: available",
        "the infra cluster does not answer: https://192.0.2.1:6443: no answer within 10 s",
        "the infra cluster answers again",
      ],
    );
  });

  it("does not go on when it may not look from the start, but outlives an API server that is about to start", async () => {
    const refusal = new ApiRefusal(403, "forbidden");
    await assert.rejects(watched([refusal]), /forbidden/);
    const here = { hosts: [hostObject("a", "available")] };
    const { lines } = await watched([here, refusal, here]);
    assert.match(lines.join("\n"), /does not answer: forbidden\n.*answers again$/);
  });

  describe("until settled", () => {
    const until = "settled" as const;
    const rolling = { TopologyReconciled: "True", RollingOut: "True", Available: "True" };

    it("ends when the cluster has rolled out and every machine is a node", async () => {
      const looks = [
        {},
        { clusters: [clusterObject(rolling)], machines: [machineObject("m")] },
        { clusters: [clusterObject()], machines: [machineObject("m", { node: false })] },
        { clusters: [clusterObject()], machines: [machineObject("m", { version: "v1.33.0" })] },
        {
          clusters: [clusterObject()],
          machines: [machineObject("m")],
          controlPlanes: [controlPlaneObject(0)],
        },
        {
          clusters: [clusterObject()],
          machines: [machineObject("m")],
          controlPlanes: [controlPlaneObject()],
        },
        {},
      ];
      const { end, looked } = await watched(looks, { until });
      assert.deepEqual({ end, looked }, { end: "settled", looked: 6 });
    });

    it("waits for every cluster of the lab", async () => {
      const settled = { clusters: [clusterObject()], machines: [machineObject("m")] };
      assert.equal(
        (await watched([settled, settled], { until, clusters: ["edge", "second"] })).end,
        "interrupted",
      );
      assert.equal((await watched([settled, settled])).end, "interrupted");
    });

    it("gives up in time, also on an API server that stays away", async () => {
      const away = new ApiUnreachable("away");
      const looks = Array.from({ length: 100 }, () => away);
      const { end, looked } = await watched(looks, { until, timeOutMinutes: 1 });
      assert.deepEqual({ end, looked }, { end: "timed-out", looked: 13 });
    });
  });

  describe("as a command", function () {
    this.timeout(60_000);
    let project: LabProject;
    let cluster: FakeCluster;
    beforeEach(async () => {
      project = new LabProject();
      cluster = await FakeCluster.start();
      project.write("kubeconfig", cluster.kubeconfig);
    });
    afterEach(async () => {
      await cluster.goAway();
      project.remove();
    });

    it("ends with 0 once settled, having seen the API server go and come back", async () => {
      const running = project.start(["watch", "--interval", "0.1", "--until", "settled"]);
      let said = "";
      const line = (wanted: RegExp): Promise<void> =>
        new Promise((done) => {
          const look = (): void => (wanted.test(said) ? done() : void setTimeout(look, 20));
          look();
        });
      running.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString("utf8");
      });
      cluster.objects.set(apiPaths.hosts, [hostObject("a", "available")]);
      await line(/host a: available/);
      await cluster.goAway();
      await line(/does not answer: .*ECONNREFUSED/);
      cluster.objects.set(apiPaths.clusters, [clusterObject()]);
      await cluster.comeBack();
      const { exitCode, stderr } = await running;
      assert.equal(exitCode, 0, stderr);
      assert.match(said, /answers again\n.*cluster edge: there/s);
    });

    it("ends with 130 at Ctrl-C and 1 when the time is up", async () => {
      const running = project.start(["watch"]);
      cluster.objects.set(apiPaths.hosts, [hostObject("a", "available")]);
      await new Promise((done) => running.stdout.once("data", done));
      running.kill("SIGINT");
      assert.equal((await running).exitCode, 130);
      const late = await project.lab(
        "watch",
        "--interval",
        "0.1",
        "--until",
        "settled",
        "--timeout",
        "0.001",
      );
      assert.equal(late.exitCode, 1);
      assert.match(late.stderr, /not settled after 0\.001 minutes/);
    });
  });
});
