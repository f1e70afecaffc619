import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import type { BackupContent } from "../../../../cli/lab/backup/backup-content.ts";
import { readBackup, writeBackup } from "../../../../cli/lab/backup/backup-file.ts";
import { type RestoreLabOptions, restoreLab } from "../../../../cli/lab/backup/restore-lab.ts";
import { resumeLab } from "../../../../cli/lab/backup/resume-lab.ts";
import { type TakeBackupOptions, takeBackup } from "../../../../cli/lab/backup/take-backup.ts";
import { LabContext } from "../../../../cli/lab/lab-context.ts";
import { LabError } from "../../../../cli/lab/lab-error.ts";
import { passwords, type TestEmulator, testEmulator } from "../../../emulator/support/emulator.ts";
import { secretObject } from "./support/fake-cluster.ts";
import { LabProject } from "./support/lab-project.ts";
import {
  controlPlanes,
  definitions,
  marker,
  secrets,
  storeControllers,
  storeLab,
} from "./support/stored-lab.ts";
import { type StoredObject, StoringCluster } from "./support/storing-cluster.ts";

const passphrase = "correct horse battery staple";
const seed = "/api/v1/namespaces/edge-lab/secrets/redfish-emulator-seed";
const record = "/api/v1/namespaces/edge-lab/configmaps/edge-lab-restore";
const paused = "baremetalhost.metal3.io/paused";
const statusNote = "baremetalhost.metal3.io/status";
const state = { version: 3, deployment: { resources: [{ urn: "urn:pulumi:test::edge-lab::x::y" }] } };

describe("a backup of a lab", function () {
  this.timeout(60_000);
  let old: StoringCluster;
  let anew: StoringCluster;
  let project: LabProject;
  let path: string;
  let said: string[];
  let pathBefore: string | undefined;

  beforeEach(async () => {
    [old, anew] = await Promise.all([StoringCluster.start(), StoringCluster.start()]);
    storeLab(old);
    project = new LabProject();
    path = join(project.folder, "lab.backup");
    said = [];
    project.write("state.json", JSON.stringify(state));
    at(old);
    pathBefore = process.env.PATH;
    process.env.PATH = `${project.folder}:${pathBefore}`;
    process.env.FAKE_PULUMI = project.folder;
  });
  afterEach(async () => {
    process.env.PATH = pathBefore;
    delete process.env.FAKE_PULUMI;
    await Promise.all([old.stop(), anew.stop()]);
    project.remove();
  });

  const sleep = (): Promise<void> => new Promise((later) => setImmediate(later));
  const say = (line: string): void => void said.push(line);
  /** The infra cluster is this one from now on. */
  function at(cluster: StoringCluster): void {
    project.write("kubeconfig", cluster.kubeconfig);
    const kubeconfig = join(project.folder, "kubeconfig");
    project.set("infra", { ...(project.config["edge-lab:infra"] as object), kubeconfig });
  }
  const lab = (): Promise<LabContext> =>
    LabContext.open({ stack: "test", configFile: join(project.folder, "Pulumi.test.yaml") });
  const taken = async (options: Partial<TakeBackupOptions> = {}): Promise<BackupContent> =>
    takeBackup(await lab(), { hold: false, state: false, store: false, say, sleep, ...options });
  const restored = async (
    content: BackupContent,
    options: Partial<RestoreLabOptions> = {},
  ): Promise<boolean> =>
    restoreLab(await lab(), content, {
      dryRun: false,
      keepPresent: false,
      state: "keep",
      say,
      sleep,
      ...options,
    });
  const found = (from: StoringCluster, list: string, name: string): StoredObject => {
    const object = from.objects.get(`${list}/${name}`);
    assert.ok(object, `${list}/${name}`);
    return object;
  };

  it("holds what a lab consists of, and leaves it as it is", async () => {
    const content = await taken();
    const names = content.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
    assert.deepEqual(names, [
      "BareMetalHost m920q-1",
      "BareMetalHost m920q-2",
      "Cluster edge",
      "KubeadmControlPlane edge-cp",
      "Machine edge-cp-x",
      "Secret m920q-1-bmc",
    ]);
    assert.deepEqual(old.changes, []);
    // No definition without objects.
    assert.equal(content.definitions.length, 4);
  });

  it("goes into an empty infra cluster: owners by their new UIDs, hosts with their status, all held", async () => {
    const content = await taken();
    at(anew);
    assert.equal(await restored(content), true);
    const cluster = found(anew, apiPaths.clusters, "edge");
    assert.equal(cluster.spec?.paused, true);
    assert.equal(cluster.metadata.annotations?.["edge-lab/held"], "restored");
    const chain = [
      found(anew, controlPlanes, "edge-cp"),
      found(anew, apiPaths.machines, "edge-cp-x"),
      found(anew, apiPaths.hosts, "m920q-1"),
      found(anew, secrets, "m920q-1-bmc"),
    ];
    chain.reduce((owner, object) => {
      assert.deepEqual(
        object.metadata.ownerReferences?.map(({ uid }) => uid),
        [owner.metadata.uid],
      );
      return object;
    }, cluster);
    const machine = found(anew, apiPaths.machines, "edge-cp-x");
    assert.deepEqual(machine.metadata.finalizers, ["machine.cluster.x-k8s.io"]);
    assert.equal(machine.spec?.providerID, "metal3://clusters/m920q-1/edge-cp-x");
    const { annotations = {} } = found(anew, apiPaths.hosts, "m920q-1").metadata;
    assert.equal(annotations[paused], "edge-lab");
    const { hardware: _, ...status } = found(old, apiPaths.hosts, "m920q-1").status as { hardware: unknown };
    assert.deepEqual(JSON.parse(annotations[statusNote] ?? ""), status);
    // Somebody else's pause stays theirs.
    assert.equal(found(anew, apiPaths.hosts, "m920q-2").metadata.annotations?.[paused], "by hand");
    assert.deepEqual(found(anew, secrets, "m920q-1-bmc").data, found(old, secrets, "m920q-1-bmc").data);
  });

  it("brings definitions along, without the old authority, before what they define", async () => {
    const content = await taken();
    at(anew);
    await restored(content);
    const clusters = found(anew, definitions, "clusters.cluster.x-k8s.io");
    assert.ok(!JSON.stringify(clusters).includes("caBundle"));
    assert.deepEqual(clusters.metadata.annotations, {
      "cert-manager.io/inject-ca-from": "capi-system/serving-cert",
    });
    const order = anew.changes.filter((change) => change.startsWith("POST"));
    const last = order.findLastIndex((change) => change.endsWith(definitions));
    assert.ok(last < order.findIndex((change) => change.endsWith("/clusters")));
  });

  it("gives fields back to who owned them, so that nobody is in conflict with lab restore", async () => {
    const content = await taken();
    at(anew);
    await restored(content);
    const cluster = found(anew, apiPaths.clusters, "edge");
    assert.deepEqual(
      cluster.metadata.managedFields?.map(({ manager }) => manager),
      ["pulumi-kubernetes-1f"],
    );
    const fields = JSON.stringify(found(anew, controlPlanes, "edge-cp").metadata.managedFields);
    assert.ok(fields.includes(String(cluster.metadata.uid)) && !fields.includes("old-cluster"), fields);
  });

  it("refuses an infra cluster that is in use, and touches nothing there", async () => {
    const content = await taken();
    await assert.rejects(restored(content), (error) => {
      assert.ok(error instanceof LabError);
      assert.match(
        error.message,
        /has Cluster edge, .* already: it is no empty infra cluster.*--keep-present/s,
      );
      return true;
    });
    assert.equal(old.changes.length, 0);
    old.objects.delete(`${apiPaths.hosts}/m920q-2`);
    await restored(content, { keepPresent: true });
    assert.deepEqual(
      old.changes.filter((change) => change.includes("/baremetalhosts")),
      [`POST ${apiPaths.hosts}`],
    );
    assert.equal(found(old, apiPaths.clusters, "edge").spec?.paused, undefined);
  });

  it("refuses a backup of another stack", async () => {
    const content = await taken();
    at(anew);
    await assert.rejects(restored({ ...content, stack: "other" }), /one of stack other, not test/);
  });

  it("tells with --dry-run what it would do, and does nothing", async () => {
    const content = await taken();
    at(anew);
    assert.equal(await restored(content, { dryRun: true, state: "auto" }), false);
    assert.deepEqual(anew.changes, []);
    assert.ok(said.includes("BareMetalHost: 2 to make: m920q-1, m920q-2"), said.join("\n"));
  });

  it("goes on after an interruption at any step, and comes to the same end", async () => {
    const content = await taken();
    at(anew);
    await restored(content);
    const whole = anew.changes.length;
    for (let broken = 0; broken < whole; broken += 1) {
      const target = await StoringCluster.start();
      at(target);
      let count = 0;
      target.interfere = () => (count++ === broken ? 403 : undefined);
      await assert.rejects(restored(content), LabError);
      target.interfere = () => undefined;
      await restored(content);
      assert.deepEqual([...target.objects.keys()], [...anew.objects.keys()], `after step ${broken}`);
      const managers = target
        .items(apiPaths.clusters)
        .flatMap(({ metadata }) => metadata.managedFields ?? []);
      assert.deepEqual(
        managers.map(({ manager }) => manager),
        ["pulumi-kubernetes-1f"],
        `after step ${broken}`,
      );
      await target.stop();
    }
  });

  it("takes a step whose answer was lost for done, and waits for an API server that is busy", async () => {
    const content = await taken();
    at(anew);
    let count = 0;
    anew.interfere = () => ([503, "lost", undefined] as const)[count++ % 3];
    await restored(content);
    assert.equal(anew.items(apiPaths.hosts).length, 2);
  });

  describe("is of one moment", () => {
    it("reads until the lab stands still", async () => {
      let left = 2;
      const content = await taken({
        sleep: async () => {
          if (left-- > 0) old.put(apiPaths.machines, { metadata: { name: `late-${left}`, generation: 1 } });
        },
      });
      assert.ok(content.objects.some(({ metadata }) => metadata.name === "late-0"));
      assert.ok(said.some((line) => line.startsWith("still changing: Machine late-1")));
    });

    it("gives up, without a backup, where it does not", async () => {
      let count = 0;
      const busy = taken({
        sleep: async () =>
          old.put(apiPaths.machines, { metadata: { name: `late-${count++}`, generation: 1 } }),
      });
      await assert.rejects(busy, /does not stand still.*--hold/s);
    });

    it("holds it still with --hold: clusters first, then hosts; and lab resume undoes it", async () => {
      await taken({ hold: true });
      assert.deepEqual(old.changes, [`PATCH ${apiPaths.clusters}/edge`, `PATCH ${apiPaths.hosts}/m920q-1`]);
      storeControllers(old);
      const names = await resumeLab(await lab(), { dryRun: false, say, sleep });
      assert.deepEqual(names, ["host m920q-1", "cluster edge"]);
      assert.equal(found(old, apiPaths.clusters, "edge").spec?.paused, undefined);
      assert.deepEqual(found(old, apiPaths.hosts, "m920q-1").metadata.annotations, {});
      assert.equal(found(old, apiPaths.hosts, "m920q-2").metadata.annotations?.[paused], "by hand");
    });

    it("tells of what goes on: a host on its way, an object that is being deleted", async () => {
      const host = found(old, apiPaths.hosts, "m920q-1");
      old.put(apiPaths.hosts, { ...host, status: { provisioning: { state: "deprovisioning" } } });
      const machine = found(old, apiPaths.machines, "edge-cp-x");
      const metadata = { ...machine.metadata, deletionTimestamp: "2026-11-27T10:00:00Z" };
      old.put(apiPaths.machines, { ...machine, metadata });
      await taken();
      assert.ok(said.some((line) => line.startsWith("note: host m920q-1 is deprovisioning")));
      assert.ok(said.includes("note: Machine edge-cp-x is being deleted; restored, it would not be"));
    });

    it("is refused where there is no lab: a wrong context", async () => {
      at(anew);
      await assert.rejects(taken(), /has no BareMetalHost.*edge-lab:infra.context/s);
    });
  });

  describe("that was restored, at lab resume", () => {
    beforeEach(async () => {
      const content = await taken();
      at(anew);
      await restored(content);
      anew.put("/api/v1/namespaces/edge-lab/secrets", { metadata: { name: "redfish-emulator-seed" } });
    });
    const resume = async (dryRun = false) => resumeLab(await lab(), { dryRun, say, sleep });
    /** As baremetal-operator does with a host that is not paused. */
    const operator = (method: string, changed: string): void => {
      const host = anew.objects.get(changed);
      const note = host?.metadata.annotations?.[statusNote];
      if (method !== "PATCH" || host === undefined || note === undefined) return;
      const { [statusNote]: _, ...annotations } = host.metadata.annotations ?? {};
      anew.objects.set(changed, {
        ...host,
        metadata: { ...host.metadata, annotations },
        status: JSON.parse(note),
      });
    };

    it("stays held while controllers are missing, which it names", async () => {
      const before = anew.changes.length;
      await assert.rejects(
        resume(),
        /nothing is let go: .*capi-system.*capm3-system.*Ironic.*pulumi up --refresh/s,
      );
      assert.equal(anew.changes.length, before);
    });

    it("goes on, hosts with their status first, then the cluster", async () => {
      storeControllers(anew);
      anew.onChange = operator;
      const before = anew.changes.length;
      assert.deepEqual(await resume(true), ["host m920q-1", "cluster edge"]);
      assert.equal(anew.changes.length, before);
      await resume();
      assert.deepEqual(anew.changes.slice(before), [
        `PATCH ${apiPaths.hosts}/m920q-1`,
        `PATCH ${apiPaths.clusters}/edge`,
        `DELETE ${seed}`,
        `DELETE ${record}`,
      ]);
      assert.equal(found(anew, apiPaths.clusters, "edge").spec?.paused, undefined);
      assert.equal(found(anew, apiPaths.clusters, "edge").metadata.annotations?.["edge-lab/held"], undefined);
      assert.deepEqual(await resume(), []);
    });

    it("leaves clusters paused while a host has no status", async () => {
      storeControllers(anew);
      await assert.rejects(resume(), /has not taken the status of m920q-1 back, so clusters stay paused/);
      assert.equal(found(anew, apiPaths.clusters, "edge").spec?.paused, true);
    });
  });

  describe("in a file", () => {
    it("is encrypted: nothing of it can be read without the passphrase", async () => {
      const content = await taken();
      await writeBackup(path, content, passphrase);
      assert.equal(statSync(path).mode & 0o777, 0o600);
      const file = readFileSync(path);
      const body = file.subarray(file.indexOf("\n") + 1);
      assert.throws(() => gunzipSync(body));
      assert.ok(!file.includes("m920q-1"));
      assert.deepEqual(await readBackup(path, passphrase), content);
      await assert.rejects(readBackup(path, undefined), /is encrypted.*EDGE_LAB_BACKUP_PASSPHRASE/s);
      await assert.rejects(
        readBackup(path, `${passphrase}.`),
        /does not open.*another one, or the file is damaged/s,
      );
      file[file.length - 40] = (file[file.length - 40] ?? 0) ^ 1;
      writeFileSync(path, file);
      await assert.rejects(readBackup(path, passphrase), /does not open/);
    });

    it("is no other file, and no half of one", async () => {
      const content = await taken();
      await writeBackup(path, content, undefined);
      const file = readFileSync(path);
      writeFileSync(path, file.subarray(0, file.length - 20));
      await assert.rejects(readBackup(path, undefined), /is damaged/);
      writeFileSync(path, "something else\n");
      await assert.rejects(readBackup(path, undefined), /is no backup of a lab/);
      await assert.rejects(readBackup(`${path}.none`, undefined), /cannot be read/);
    });

    it("is made by lab backup only with a passphrase, or in the clear by a clear word", async () => {
      const args = ["backup", path, "--no-store"];
      const refused = await project.lab(...args);
      assert.equal(refused.exitCode, 1);
      assert.match(refused.stderr, /no passphrase.*EDGE_LAB_BACKUP_PASSPHRASE.*--plain/s);
      const plain = await project.lab(...args, "--plain");
      assert.equal(plain.exitCode, 0, plain.stderr);
      assert.match(plain.stderr, /WARNING: .* is not encrypted/);
      assert.equal(statSync(path).mode & 0o777, 0o600);
      project.write("short", "secret\n");
      const short = await project.lab(...args, "--passphrase-file", join(project.folder, "short"));
      assert.match(short.stderr, /has 6 characters/);
      project.write("pass", `${passphrase}\n`);
      const sealed = await project.lab(...args, "--passphrase-file", join(project.folder, "pass"));
      assert.equal(sealed.exitCode, 0, sealed.stderr);
      for (const { stdout, stderr } of [plain, sealed]) assert.ok(!(stdout + stderr).includes(marker));
      assert.deepEqual((await readBackup(path, passphrase)).state, state);
      at(anew);
      const again = await project.lab("restore", path, "--passphrase-file", join(project.folder, "pass"));
      assert.equal(again.exitCode, 0, again.stderr);
      const up = "pulumi up --refresh --replace '**WebhookGate$command**'";
      const next = `held still. Now: ${up} --stack test, then: lab --stack test resume`;
      assert.ok(again.stdout.includes(next), again.stdout);
      assert.ok(readFileSync("docs/backup.md", "utf8").includes(`\n${up}\n`), "docs/backup.md says another");
      assert.equal(anew.items(apiPaths.hosts).length, 2);
    });
  });

  describe("with Pulumi's state", () => {
    const imported = (): unknown => {
      try {
        return JSON.parse(readFileSync(join(project.folder, "imported.json"), "utf8"));
      } catch {
        return undefined;
      }
    };

    it("puts it back where the stack has nothing, and only there", async () => {
      const content = await taken({ state: true });
      assert.deepEqual(content.state, state);
      at(anew);
      await restored(content, { state: "auto" });
      assert.equal(imported(), undefined);
      assert.ok(said.includes("Pulumi's state: stays (stack test has 1 resources of its own)"));
      project.write("state.json", JSON.stringify({ version: 3, deployment: { resources: null } }));
      await restored(content, { state: "auto" });
      assert.deepEqual(imported(), state);
    });

    it("makes a stack that is not there any more", async () => {
      const content = await taken({ state: true });
      at(anew);
      project.write("stacks.json", "[]");
      await restored(content, { state: "auto" });
      assert.deepEqual(imported(), state);
    });
  });

  describe("with the emulator's store", () => {
    let redfish: TestEmulator;
    beforeEach(async () => {
      redfish = await testEmulator();
      project.set("emulator", { address: new URL(redfish.emulator.url).host });
      const login = secretObject({ username: "admin", password: passwords.admin }) as StoredObject;
      old.objects.set(apiPaths.emulatorLogin, login);
      old.objects.set(apiPaths.authority, { data: { "ca.crt": redfish.certificate.cert } } as never);
    });
    afterEach(() => redfish.stop());

    it("keeps it for the next emulator", async () => {
      const content = await taken({ store: true });
      at(anew);
      await restored(content);
      const packed = found(anew, "/api/v1/namespaces/edge-lab/secrets", "redfish-emulator-seed").data;
      const file = gunzipSync(Buffer.from(packed?.["emulator.sqlite.gz"] ?? "", "base64"));
      assert.equal(file.subarray(0, 15).toString(), "SQLite format 3");
    });

    it("is made without it where the emulator does not answer, and says so", async () => {
      await redfish.emulator.stop();
      const content = await taken({ store: true });
      assert.equal(content.store, null);
      assert.ok(said.some((line) => line.startsWith("note: the emulator's store is left out")));
    });
  });
});
