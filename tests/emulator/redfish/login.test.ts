import assert from "node:assert/strict";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { messageIds } from "../support/redfish-client.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const SESSIONS = "/redfish/v1/SessionService/Sessions";

describe("logging in", () => {
  let lab: TestEmulator;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    lab = await testEmulator({ clock });
  });

  afterEach(async () => {
    await lab.stop();
  });

  it("is needed for everything but the roots, the metadata and the login itself", async () => {
    for (const path of [
      "/redfish",
      "/redfish/v1",
      "/redfish/v1/",
      "/redfish/v1/odata",
      "/redfish/v1/$metadata",
    ]) {
      assert.equal((await lab.anonymous.get(path)).status, 200, path);
    }
    for (const path of [
      "/redfish/v1/Systems",
      SYSTEM,
      SESSIONS,
      "/redfish/v1/Managers/node-1",
      "/redfish/v1/Nowhere",
    ]) {
      const answer = await lab.anonymous.get(path);
      assert.equal(answer.status, 401, path);
      assert.match(answer.headers["www-authenticate"] ?? "", /^Basic realm=/);
      assert.deepEqual(messageIds(answer), ["AccessUnauthorized"]);
    }
    const reset = await lab.anonymous.post(`${SYSTEM}/Actions/ComputerSystem.Reset`, { ResetType: "On" });
    assert.equal(reset.status, 401);
    assert.equal((await lab.anonymous.patch(SYSTEM, { Boot: {} })).status, 401);
    assert.equal(lab.devices["node-1"].acts.length, 0);
  });

  it("by Basic authentication takes the right password only", async () => {
    assert.equal((await lab.admin.get(SYSTEM)).status, 200);
    assert.equal((await lab.anonymous.as("admin", "wrong").get(SYSTEM)).status, 401);
    assert.equal((await lab.anonymous.as("nobody", passwords.admin).get(SYSTEM)).status, 401);
    for (const header of ["Basic", "Basic !!!", "Basic YWRtaW4=", "Bearer x", "Digest username=admin"]) {
      assert.equal((await lab.anonymous.with({ Authorization: header }).get(SYSTEM)).status, 401, header);
    }
  });

  it("by session gives a token that works until it is deleted", async () => {
    const login = await lab.anonymous.post(SESSIONS, { UserName: "operator", Password: passwords.operator });
    assert.equal(login.status, 201);
    const token = String(login.headers["x-auth-token"]);
    const location = String(login.headers.location);
    assert.equal(login.body["@odata.id"], location);
    assert.equal(login.body.UserName, "operator");
    assert.ok(!login.text.includes(passwords.operator) && !login.text.includes(token));
    const client = lab.anonymous.with({ "X-Auth-Token": token });
    assert.equal((await client.get(SYSTEM)).status, 200);
    assert.equal((await client.get(location)).body.ClientOriginIPAddress, "127.0.0.1");
    assert.equal((await client.ask(location, { method: "DELETE" })).status, 204);
    const after = await client.get(SYSTEM);
    assert.equal(after.status, 401);
    assert.deepEqual(messageIds(after), ["NoValidSession"]);
  });

  it("by session works at the URI of the collection's Members too", async () => {
    const login = await lab.anonymous.post(`${SESSIONS}/Members`, {
      UserName: "admin",
      Password: passwords.admin,
    });
    assert.equal(login.status, 201);
    assert.ok(String(login.headers.location).startsWith(`${SESSIONS}/`));
  });

  it("refuses wrong passwords and half-filled forms by name, and never repeats a password", async () => {
    const wrong = await lab.anonymous.post(SESSIONS, { UserName: "admin", Password: "guess-marker" });
    assert.equal(wrong.status, 401);
    assert.ok(!wrong.text.includes("guess-marker"));
    const missing = await lab.anonymous.post(SESSIONS, { UserName: "admin" });
    assert.equal(missing.status, 400);
    assert.deepEqual(messageIds(missing), ["PropertyMissing"]);
    assert.match(missing.text, /#\/Password/);
    const number = await lab.anonymous.post(SESSIONS, { UserName: "admin", Password: 12345678 });
    assert.equal(number.status, 400);
    assert.ok(!number.text.includes("12345678"));
    const unknown = await lab.anonymous.post(SESSIONS, { UserName: "a", Password: "b", Shoe: 1 });
    assert.deepEqual(messageIds(unknown), ["PropertyUnknown"]);
  });

  it("ends a session that is idle for 30 minutes, not one that is used", async () => {
    const login = async (): Promise<string> => {
      const answer = await lab.anonymous.post(SESSIONS, { UserName: "admin", Password: passwords.admin });
      return String(answer.headers["x-auth-token"]);
    };
    const used = lab.anonymous.with({ "X-Auth-Token": await login() });
    const idle = lab.anonymous.with({ "X-Auth-Token": await login() });
    await clock.pass(1_200_000);
    assert.equal((await used.get(SESSIONS)).body["Members@odata.count"], 2);
    await clock.pass(1_200_000);
    assert.equal((await idle.get(SESSIONS)).status, 401);
    const left = await used.get(SESSIONS);
    assert.equal(left.status, 200);
    assert.equal(left.body["Members@odata.count"], 1);
  });

  it("refuses one session too many, by name, until another has ended; those there are live on", async () => {
    const full = await testEmulator({ clock, sessionLimit: 2 });
    try {
      const login = () => full.anonymous.post(SESSIONS, { UserName: "admin", Password: passwords.admin });
      const first = await login();
      const second = await login();
      const refused = await login();
      assert.equal(refused.status, 503);
      assert.deepEqual(messageIds(refused), ["SessionLimitExceeded"]);
      const client = full.anonymous.with({ "X-Auth-Token": String(second.headers["x-auth-token"]) });
      const ended = await client.ask(String(first.headers.location), { method: "DELETE" });
      assert.equal(ended.status, 204);
      assert.equal((await login()).status, 201);
      await clock.pass(1_801_000);
      assert.equal((await login()).status, 201);
    } finally {
      await full.stop();
    }
  });

  it("shows and ends only one's own sessions, unless one manages the service", async () => {
    const first = await lab.anonymous.post(SESSIONS, { UserName: "admin", Password: passwords.admin });
    const location = String(first.headers.location);
    assert.equal((await lab.reader.get(SESSIONS)).body["Members@odata.count"], 0);
    const refused = await lab.reader.ask(location, { method: "DELETE" });
    assert.equal(refused.status, 403);
    assert.deepEqual(messageIds(refused), ["InsufficientPrivilege"]);
    assert.equal((await lab.admin.get(SESSIONS)).body["Members@odata.count"], 1);
    assert.equal((await lab.admin.ask(location, { method: "DELETE" })).status, 204);
    assert.equal((await lab.admin.ask(location, { method: "DELETE" })).status, 404);
  });

  it("lets ReadOnly look and nothing else, and an Operator work", async () => {
    assert.equal((await lab.reader.get(SYSTEM)).status, 200);
    for (const answer of [
      await lab.reader.post(`${SYSTEM}/Actions/ComputerSystem.Reset`, { ResetType: "On" }),
      await lab.reader.patch(SYSTEM, { Boot: { BootSourceOverrideEnabled: "Once" } }),
    ]) {
      assert.equal(answer.status, 403);
      assert.deepEqual(messageIds(answer), ["InsufficientPrivilege"]);
    }
    assert.equal(lab.devices["node-1"].acts.length, 0);
    const reset = await lab.operator.post(`${SYSTEM}/Actions/ComputerSystem.Reset`, { ResetType: "On" });
    assert.equal(reset.status, 204);
  });

  it("slows down who guesses, without locking out who is logged in already", async () => {
    assert.equal((await lab.admin.get(SYSTEM)).status, 200);
    const guesses: number[] = [];
    for (let guess = 0; guess < 12; guess += 1) {
      guesses.push((await lab.anonymous.as("admin", `guess ${guess}`).get(SYSTEM)).status);
    }
    assert.equal(guesses[0], 401);
    assert.equal(guesses[11], 429);
    const held = await lab.anonymous.post(SESSIONS, { UserName: "reader", Password: passwords.reader });
    assert.equal(held.status, 429);
    assert.ok(Number(held.headers["retry-after"]) >= 1);
    assert.equal((await lab.admin.get(SYSTEM)).status, 200);
    await clock.pass(60_000);
    const later = await lab.anonymous.post(SESSIONS, { UserName: "reader", Password: passwords.reader });
    assert.equal(later.status, 201);
  });
});
