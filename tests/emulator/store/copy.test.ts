import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";

const accounts = "/redfish/v1/AccountService/Accounts";
const newcomer = { UserName: "newcomer", Password: "newcomer-marker-4e8", RoleId: "ReadOnly" };

describe("a copy of the store", () => {
  let first: TestEmulator;
  let second: TestEmulator | undefined;
  let seedFolder: string;

  beforeEach(async () => {
    seedFolder = await mkdtemp(join(tmpdir(), "edge-lab-seed-"));
    first = await testEmulator();
  });
  afterEach(async () => {
    await Promise.all([first.stop(), second?.stop()]);
    second = undefined;
    await rm(seedFolder, { recursive: true, force: true });
  });

  const seed = (content: Uint8Array): Promise<void> =>
    writeFile(join(seedFolder, "emulator.sqlite.gz"), content);
  const copy = async (): Promise<Buffer> => {
    const { status, body } = await first.admin.get("/store");
    assert.equal(status, 200);
    assert.equal(body.format, "sqlite3" as never);
    return Buffer.from(String(body.content), "base64");
  };

  it("is what an emulator without a store begins with: accounts, identity, audit log", async () => {
    assert.equal((await first.admin.post(accounts, newcomer)).status, 201);
    const uuid = (await first.anonymous.get("/redfish/v1/")).body.UUID;
    await seed(gzipSync(await copy()));
    second = await testEmulator({ seedFolder });
    const login = second.anonymous.as(newcomer.UserName, newcomer.Password);
    assert.equal((await login.get("/redfish/v1/Systems")).status, 200);
    assert.equal((await second.anonymous.get("/redfish/v1/")).body.UUID, uuid);
    const { text } = await second.admin.get("/redfish/v1/Managers/Service/LogServices/Audit/Entries");
    assert.match(text, /copy of the store/);
  });

  it("does not displace a store that is there", async () => {
    await seed(gzipSync(await copy()));
    second = await testEmulator();
    const uuid = (await second.anonymous.get("/redfish/v1/")).body.UUID;
    const { folder } = second;
    await second.emulator.stop();
    const again = await testEmulator({ folder, seedFolder });
    assert.equal((await again.anonymous.get("/redfish/v1/")).body.UUID, uuid);
    await again.stop();
  });

  it("that cannot be read keeps no machine from being switched", async () => {
    await seed(Buffer.from("no gzip"));
    second = await testEmulator({ seedFolder });
    assert.match(second.log(), /the copy of an earlier store cannot be used/);
    assert.equal((await second.operator.get("/redfish/v1/Systems/node-1")).status, 200);
  });

  it("is for administrators alone, audited, and without a password in it", async () => {
    for (const client of [first.operator, first.reader])
      assert.equal((await client.get("/store")).status, 403);
    assert.equal((await first.anonymous.get("/store")).status, 401);
    assert.equal((await first.admin.post("/store", {})).status, 405);
    const { body } = await first.admin.get("/redfish/v1/Managers/Service/LogServices/Audit/Entries");
    const entries = body.Members as never as { readonly Message: string; readonly Username?: string }[];
    const refused = entries.find(
      ({ Message, Username }) => /copy of the store/.test(Message) && Username === "operator",
    );
    assert.ok(refused);
    await first.admin.post(accounts, newcomer);
    const content = (await copy()).toString("latin1");
    for (const secret of [newcomer.Password, ...Object.values(passwords)])
      assert.ok(!content.includes(secret));
  });
});
