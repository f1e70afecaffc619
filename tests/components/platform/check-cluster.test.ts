import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { checkCluster } from "../../../components/gate/check-cluster.ts";
import { probeCluster } from "../../../components/gate/probe-cluster.ts";
import { labConfig } from "../harness/lab-config.ts";
import { recordProgram } from "../harness/record-program.ts";
import { FakeApiServer } from "./fake-api-server.ts";

describe("probing a cluster", () => {
  let api: FakeApiServer;
  let folder: string;
  beforeEach(async () => {
    api = await FakeApiServer.start();
    folder = await mkdtemp(join(tmpdir(), "edge-lab-probe-"));
  });
  afterEach(async () => {
    await api.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function reason(kubeconfig: string, context?: string, timeOut?: number): Promise<string> {
    const probe = await probeCluster(kubeconfig, context, timeOut);
    assert.equal(probe.reachable, false);
    return probe.reachable ? "" : probe.reason;
  }
  async function kubeconfigFor(server: string): Promise<string> {
    const path = join(folder, "kubeconfig");
    const file = {
      "current-context": "a",
      contexts: [{ name: "a", context: { cluster: "a" } }],
      clusters: [{ name: "a", cluster: { server } }],
    };
    await writeFile(path, stringify(file));
    return path;
  }

  it("finds one that answers, by the current context or a named one", async () => {
    assert.equal((await probeCluster(api.kubeconfig)).reachable, true);
    assert.equal((await probeCluster(api.kubeconfig, "lab")).reachable, true);
  });

  it("names the contexts there are when the asked one is not", async () => {
    assert.match(await reason(api.kubeconfig, "labb"), /has no context labb; it has: lab$/);
  });

  it("names a kubeconfig that is not there", async () => {
    assert.equal(await reason("/nowhere/config"), "there is no kubeconfig /nowhere/config");
  });

  it("says what the network says", async () => {
    const { kubeconfig } = api;
    const gone = await FakeApiServer.start();
    const copy = await import("node:fs/promises").then(({ readFile }) => readFile(gone.kubeconfig, "utf8"));
    await gone.stop();
    await writeFile(join(folder, "gone"), copy);
    assert.match(await reason(join(folder, "gone")), /^http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/);
    assert.equal((await probeCluster(kubeconfig)).reachable, true);
  });

  it("does not wait for one that accepts and says nothing", async () => {
    const silent = createServer();
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
    const { port } = silent.address() as { port: number };
    assert.match(
      await reason(await kubeconfigFor(`http://127.0.0.1:${port}`), undefined, 50),
      /no answer within 0\.05 s/,
    );
    silent.close();
  });
});

describe("checking the infra cluster", () => {
  const there = () => Promise.resolve({ reachable: true, server: "https://192.0.2.1:6443" } as const);
  const away = () =>
    Promise.resolve({ reachable: false, reason: "no answer within 3 s", final: false } as const);

  it("stops an update that could not reach it, in one sentence and before any resource", async () => {
    const config = await labConfig("lab");
    await assert.rejects(
      recordProgram(() => checkCluster(config, away), { preview: false }),
      (error: unknown) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.match(
          error.message,
          /does not answer: no answer within 3 s\. Nothing was changed\. Check edge-lab:infra\.kubeconfig/,
        );
        return true;
      },
    );
  });

  it("asks a busy cluster again, but not one whose kubeconfig is wrong", async () => {
    const config = await labConfig("lab");
    let asked = 0;
    const busy = () => (++asked < 3 ? away() : there());
    await recordProgram(() => checkCluster(config, busy), { preview: false });
    assert.equal(asked, 3);
    asked = 0;
    const wrong = () => {
      asked++;
      return Promise.resolve({ reachable: false, reason: "there is no kubeconfig", final: true } as const);
    };
    await assert.rejects(
      recordProgram(() => checkCluster(config, wrong), { preview: false }),
      /no kubeconfig/,
    );
    assert.equal(asked, 1);
  });

  it("lets a preview go on without it, and an update with it", async () => {
    const config = await labConfig("lab");
    const preview = await recordProgram(() => checkCluster(config, away), { preview: true });
    assert.equal(preview.result.reachable, false);
    const update = await recordProgram(() => checkCluster(config, there), { preview: false });
    assert.equal(update.result.reachable, true);
  });
});
