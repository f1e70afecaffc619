import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import initSqlJs, { type Database } from "sql.js";
import { createLogger } from "../../../emulator/src/log.ts";
import { migrations } from "../../../emulator/src/store/migrations.ts";
import { Store } from "../../../emulator/src/store/store.ts";

/** What the first version of the emulator wrote; frozen here, whatever becomes of the first step. */
const VERSION_1 = `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE power_states (machine TEXT PRIMARY KEY, power TEXT NOT NULL, actions TEXT, read_at INTEGER NOT NULL, assumed TEXT) STRICT;
  CREATE TABLE boot_settings (machine TEXT PRIMARY KEY, target TEXT NOT NULL, enabled TEXT NOT NULL, mode TEXT NOT NULL) STRICT;
  CREATE TABLE sessions (id TEXT PRIMARY KEY, token_hash TEXT NOT NULL, username TEXT NOT NULL, origin TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER NOT NULL) STRICT;
  CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, machine TEXT, username TEXT, origin TEXT, message TEXT NOT NULL) STRICT;
  INSERT INTO facts VALUES ('service_uuid', '16b58dd8-5c78-49bd-a8a4-eb8f7ad1079c');
  INSERT INTO power_states VALUES ('node-1', 'On', '["off","cycle"]', 1000, 'PoweringOff'), ('node-2', 'Off', NULL, 2000, NULL);
  INSERT INTO boot_settings VALUES ('node-1', 'Pxe', 'Once', 'UEFI');
  INSERT INTO sessions VALUES ('s1', 'hash', 'admin', '192.0.2.9', 1, 2);
  INSERT INTO events (at, kind, machine, message) VALUES (5, 'power', 'node-1', 'On: accepted');
  PRAGMA user_version = 1;
`;

describe("the store's schema", () => {
  let folder: string;
  let log: string;
  const path = (): string => join(folder, "emulator.sqlite");
  const open = (): Promise<Store> =>
    Store.open({
      folder,
      logger: createLogger("info", {
        write: (line) => {
          log += line;
        },
      }),
    });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "edge-lab-migrations-"));
    log = "";
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function write(fill: (database: Database) => void): Promise<void> {
    const { Database } = await initSqlJs();
    const database = new Database();
    fill(database);
    await writeFile(path(), database.export());
    database.close();
  }

  async function versionOnDisk(): Promise<unknown> {
    const { Database } = await initSqlJs();
    const database = new Database(await readFile(path()));
    const version = database.exec("PRAGMA user_version")[0]?.values[0]?.[0];
    database.close();
    return version;
  }

  it("is brought up to date from its first version with all that was in it", async () => {
    await write((database) => database.exec(VERSION_1));
    const store = await open();
    assert.equal(store.serviceUuid, "16b58dd8-5c78-49bd-a8a4-eb8f7ad1079c");
    const states = [store.powerStates.load("node-1"), store.powerStates.load("node-2")];
    assert.deepEqual(states, [
      { power: "On", actions: ["off", "cycle"], at: 1000, assumed: "PoweringOff" },
      { power: "Off", at: 2000 },
    ]);
    assert.deepEqual(store.bootSettings.load("node-1"), { target: "Pxe", enabled: "Once", mode: "UEFI" });
    assert.deepEqual(
      store.sessions.loadAll().map(({ id, usedAt }) => [id, usedAt]),
      [["s1", 2]],
    );
    store.events.append({ at: 6, kind: "account", outcome: "done", requestId: "r", message: "new columns" });
    const account = { username: "a", password: "p", role: "ReadOnly", enabled: true } as const;
    assert.equal(store.accounts.insert({ ...account, passwordChangeRequired: false }, 7), "1");
    await store.close();
    assert.equal(log, "");
    assert.equal(await versionOnDisk(), migrations.length);

    const again = await open();
    assert.deepEqual(
      again.events.latest(9).map(({ message }) => message),
      ["new columns", "On: accepted"],
    );
    assert.equal(again.accounts.loadAll()[0]?.username, "a");
    await again.close();
  });

  for (let version = 1; version < migrations.length; version += 1) {
    it(`is brought up to date from version ${version}`, async () => {
      await write((database) => {
        for (const step of migrations.slice(0, version)) database.exec(step);
        database.exec(`PRAGMA user_version = ${version}`);
      });
      await (await open()).close();
      assert.equal(log, "");
      assert.equal(await versionOnDisk(), migrations.length);
    });
  }

  for (const [title, statements] of [
    ["of another program", "CREATE TABLE facts (text TEXT); PRAGMA user_version = 0;"],
    ["that lacks a table", `PRAGMA user_version = ${migrations.length};`],
    ["that lacks a column", `${VERSION_1} ALTER TABLE sessions DROP COLUMN origin;`],
  ] as const) {
    it(`makes room for its own beside a database ${title}`, async () => {
      await write((database) => database.exec(statements));
      const store = await open();
      assert.match(log, /cannot be read.*set aside as/);
      assert.match(store.serviceUuid, /^[0-9a-f-]{36}$/);
      await store.close();
      assert.equal((await readdir(folder)).filter((name) => name.includes(".damaged-")).length, 1);
    });
  }

  it("leaves out rows that cannot be read", async () => {
    await write((database) => {
      database.exec(VERSION_1);
      database.exec(`UPDATE power_states SET actions = 'no JSON' WHERE machine = 'node-1';
        UPDATE boot_settings SET target = 'Moon'`);
    });
    const store = await open();
    assert.equal(store.powerStates.load("node-1"), undefined);
    assert.equal(store.powerStates.load("node-2")?.power, "Off");
    assert.equal(store.bootSettings.load("node-1"), undefined);
    await store.close();
  });
});
