import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  KubernetesRow,
  LabNews,
  MachineDetail,
  MachineList,
} from "../../../emulator/src/console/api-types.ts";
import { ConsoleClient } from "../support/console-client.ts";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import { FakeKubernetes } from "../support/fake-kubernetes.ts";
import { labObjects } from "../support/lab-objects.ts";

const settings = { kubernetes: { namespace: "clusters" } };

describe("the console's view of Kubernetes", () => {
  let kubernetes: FakeKubernetes;
  let test: TestEmulator;
  let client: ConsoleClient;
  const begin = async (): Promise<void> => {
    test = await testEmulator({ settings, cluster: kubernetes.access });
    ({ client } = await new ConsoleClient(test.anonymous).login("reader", passwords.reader));
  };
  const list = async (query = ""): Promise<MachineList> =>
    (await client.get(`machines${query}`)).body.content as never;
  const row = async (name: string): Promise<KubernetesRow | undefined> =>
    (await list()).rows.find((one) => one.name === name)?.kubernetes;
  const news = async (): Promise<LabNews> => {
    const { lab } = await list();
    assert.ok(lab);
    return lab;
  };
  const settled = (): Promise<void> =>
    eventually(async () => assert.equal((await news()).problem, undefined));

  beforeEach(async () => {
    kubernetes = await FakeKubernetes.start();
    kubernetes.put("hosts", labObjects.host("node-1", "provisioned", { consumer: "edge-cp-m3m" }));
    kubernetes.put("hosts", labObjects.host("node-2", "registering"));
    kubernetes.put("machines", labObjects.machine("edge-cp", "edge-cp-m3m", "Running", { node: "node-1" }));
    kubernetes.put("clusters", labObjects.cluster("edge", true));
    kubernetes.put("clusters", labObjects.cluster("other", true));
  });
  afterEach(async () => {
    await test?.stop();
    await kubernetes.stop();
  });

  it("tells the story from plug to node: host, machine, node, cluster", async () => {
    await begin();
    await settled();
    assert.deepEqual(await row("node-1"), {
      state: "provisioned",
      machine: { name: "edge-cp", cluster: "edge", phase: "Running", version: "v1.35.2", node: "node-1" },
    });
    assert.deepEqual(await row("node-2"), { state: "registering" });
    assert.deepEqual(
      (await news()).clusters.map(({ name }) => name),
      ["edge", "other"],
    );
    const detail = (await client.get("machines/node-1")).body.content as never as MachineDetail;
    assert.deepEqual(
      detail.lab?.clusters.map(({ name }) => name),
      ["edge"],
    );
    assert.deepEqual(
      detail.lab?.clusters[0]?.conditions.map(({ type }) => type),
      ["Available", "RollingOut"],
    );
  });

  it("follows what changes, comes and goes, and what changed while no watch was open", async () => {
    await begin();
    await settled();
    const error = "Failed to get power state for node 5f: 503";
    kubernetes.put("hosts", labObjects.host("node-2", "registering", { error }));
    await eventually(async () =>
      assert.deepEqual((await row("node-2"))?.error, { type: "registration error", text: error, count: 3 }),
    );
    assert.deepEqual(
      (await list("?show=attention")).rows.map(({ name }) => name),
      ["node-2"],
    );
    assert.deepEqual(
      (await list("?search=edge-cp")).rows.map(({ name }) => name),
      ["node-1"],
    );
    kubernetes.remove("machines", "edge-cp");
    await eventually(async () => assert.equal((await row("node-1"))?.machine, undefined));
    kubernetes.endWatches();
    kubernetes.forgetChanges();
    kubernetes.put("hosts", labObjects.host("node-2", "available"));
    await eventually(async () => assert.equal((await row("node-2"))?.state, "available"));
    await settled();
  });

  it("only ever reads, and only hosts, machines and clusters of its namespace", async () => {
    await begin();
    await settled();
    const paths = new Set(kubernetes.asked.map((line) => line.replace(/\?.*$/, "")));
    assert.deepEqual([...paths].sort(), [
      "GET /apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/clusters",
      "GET /apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/machines",
      "GET /apis/metal3.io/v1alpha1/namespaces/clusters/baremetalhosts",
    ]);
  });

  it("takes a renewed token, and says so while the old one is refused; no token is ever logged or told", async () => {
    kubernetes.token = "token-marker-2";
    await begin();
    await eventually(async () =>
      assert.match((await news()).problem?.text ?? "", /answered by 401: Unauthorized/),
    );
    await kubernetes.writeToken("token-marker-2");
    await settled();
    assert.doesNotMatch(test.log(), /token-marker/);
  });

  it("names a kind that the API does not know yet, and shows the rest", async () => {
    kubernetes.missing.add("clusters");
    await begin();
    await eventually(async () => assert.equal((await row("node-1"))?.machine?.node, "node-1"));
    await eventually(async () =>
      assert.match((await news()).problem?.text ?? "", /clusters was answered by 404/),
    );
    kubernetes.missing.clear();
    await settled();
    assert.equal((await news()).clusters.length, 2);
  });

  for (const mood of ["silent", "broken"] as const) {
    it(`leaves Redfish and the rest of the console in peace while the API is ${mood}`, async () => {
      kubernetes.mood = mood;
      await begin();
      assert.equal((await test.operator.get("/redfish/v1/Systems/node-1")).status, 200);
      assert.equal((await test.anonymous.get("/readyz")).status, 200);
      const { rows, lab } = await list();
      assert.deepEqual(rows.map(({ name, power }) => `${name} ${power}`).length, 2);
      assert.ok(lab?.problem);
      assert.equal((await client.act("node-1", "on")).status, 403, "by the role, not by Kubernetes");
      // Stopping does not wait for it either.
      await test.stop();
    });
  }

  it("notices an API that breaks later, keeps what it knew, and comes back to it", async () => {
    await begin();
    await settled();
    kubernetes.mood = "broken";
    kubernetes.endWatches();
    await eventually(async () => assert.ok((await news()).problem));
    assert.equal((await row("node-1"))?.machine?.node, "node-1");
    kubernetes.put("hosts", labObjects.host("node-2", "inspecting"));
    kubernetes.mood = "well";
    await eventually(async () => assert.equal((await row("node-2"))?.state, "inspecting"));
    await settled();
  });

  it("says what is missing without credentials, and stays away without the setting", async () => {
    const empty = await mkdtemp(join(tmpdir(), "edge-lab-none-"));
    test = await testEmulator({ settings, cluster: { ...kubernetes.access, folder: empty } });
    ({ client } = await new ConsoleClient(test.anonymous).login("reader", passwords.reader));
    await eventually(async () =>
      assert.match((await news()).problem?.text ?? "", /token cannot be read \(ENOENT\)/),
    );
    await test.stop();
    await rm(empty, { recursive: true });
    assert.equal(kubernetes.asked.length, 0);
    test = await testEmulator({ cluster: kubernetes.access });
    ({ client } = await new ConsoleClient(test.anonymous).login("reader", passwords.reader));
    const { lab, rows } = await list();
    assert.deepEqual([lab, rows[0]?.kubernetes], [undefined, undefined]);
    assert.equal(kubernetes.asked.length, 0);
  });

  it("begins and ends with the setting, without a restart", async () => {
    test = await testEmulator({ cluster: kubernetes.access });
    ({ client } = await new ConsoleClient(test.anonymous).login("reader", passwords.reader));
    await test.emulator.reload({ ...test.config, ...settings });
    await settled();
    await test.emulator.reload(test.config);
    assert.equal((await list()).lab, undefined);
  });

  it("keeps a thousand hosts, in pages", async () => {
    for (let host = 0; host < 1_000; host += 1)
      kubernetes.put("hosts", labObjects.host(`rack-${host}`, "available"));
    await begin();
    await settled();
    assert.equal((await row("node-2"))?.state, "registering");
    const pages = kubernetes.asked.filter((line) => line.includes("baremetalhosts?limit="));
    assert.equal(pages.length, 5);
  });
});
