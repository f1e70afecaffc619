import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import type { LoggedEvent } from "../../../emulator/src/store/events-table.ts";
import { Store } from "../../../emulator/src/store/store.ts";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake-clock.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
const SESSIONS = "/redfish/v1/SessionService/Sessions";

describe("the audit log", () => {
  let lab: TestEmulator;

  beforeEach(async () => {
    lab = await testEmulator({ settings: { eventLimit: 100 } });
  });

  afterEach(async () => {
    await lab.stop();
  });

  /** Audit entries of the store, the oldest first; what devices did by themselves has no outcome. */
  const stored = (): LoggedEvent[] =>
    lab.emulator.store.events
      .latest(1000)
      .filter(({ outcome }) => outcome !== undefined)
      .reverse();
  const logged = (): Record<string, unknown>[] =>
    lab
      .log()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it("holds every change with who, from where, by which request and what became of it", async () => {
    const id = (requestId: string) => ({ "X-Request-Id": requestId });
    const login = await lab.anonymous
      .with(id("r-login"))
      .post(SESSIONS, { UserName: "operator", Password: passwords.operator });
    const session = { "X-Auth-Token": String(login.headers["x-auth-token"]) };
    const operator = (requestId: string) => lab.anonymous.with({ ...session, ...id(requestId) });
    await operator("r-boot").patch(SYSTEM, { Boot: { BootSourceOverrideEnabled: "Once" } });
    await operator("r-on").post(RESET, { ResetType: "On" });
    await operator("r-wrong").post(RESET, { ResetType: "Explode" });
    lab.devices["node-1"].actFailure = new DeviceError("refused", "busy");
    await operator("r-off").post(RESET, { ResetType: "ForceOff" });
    await operator("r-logout").ask(String(login.headers.location), { method: "DELETE" });
    await lab.reader.with({ ...lab.reader.headers, ...id("r-reader") }).post(RESET, { ResetType: "On" });
    await lab.anonymous.with(id("r-stranger")).patch(SYSTEM, {});
    await lab.anonymous.with(id("r-guess")).post(SESSIONS, { UserName: "admin", Password: "guess" });

    const brief = ({ requestId, kind, machine, username, outcome, message }: LoggedEvent) =>
      [requestId, kind, machine, username, outcome, message].join(" | ");
    assert.deepEqual(stored().map(brief), [
      "r-login | session |  | operator | done | logged in",
      "r-boot | boot | node-1 | operator | done | boot override: None, Once, UEFI",
      "r-on | power | node-1 | operator | done | On: accepted",
      `r-wrong | power | node-1 | operator | refused | POST ${SYSTEM.replace("node-1", ":name")}/Actions/ComputerSystem.Reset: ActionParameterValueNotInList`,
      "r-off | power | node-1 | operator | failed | ForceOff: refused: busy",
      "r-logout | session |  | operator | done | logged out",
      "r-reader | power | node-1 | reader | refused | POST /redfish/v1/Systems/:name/Actions/ComputerSystem.Reset: InsufficientPrivilege",
      "r-stranger | boot | node-1 |  | refused | PATCH /redfish/v1/Systems/:name: AccessUnauthorized",
      "r-guess | session |  | admin | refused | wrong user name or password",
      `r-guess | session |  |  | refused | POST ${SESSIONS}: AccessUnauthorized`,
    ]);
    assert.ok(stored().every(({ origin }) => origin === "127.0.0.1"));
    const audited = logged().filter(({ audit }) => audit === true);
    assert.deepEqual(
      audited.map(({ requestId, msg }) => [requestId, msg]),
      stored().map(({ requestId, message }) => [requestId, message]),
    );
  });

  it("does not record reads, and no user name that nobody has", async () => {
    await lab.admin.get(SYSTEM);
    await lab.admin.get("/redfish/v1/nowhere");
    assert.deepEqual(stored(), []);
    await lab.anonymous.as("typed-password", "x").get(SYSTEM);
    assert.equal(stored().length, 1);
    assert.equal(stored()[0]?.username, undefined);
    assert.ok(!lab.log().includes("typed-password"));
  });

  it("is not washed out by a stranger who repeats himself", async () => {
    await lab.stop();
    const clock = new FakeClock();
    lab = await testEmulator({ clock });
    await lab.operator.post(RESET, { ResetType: "On" });
    for (let count = 0; count < 5; count += 1) await lab.anonymous.post(RESET, { ResetType: "On" });
    assert.equal(stored().length, 2);
    assert.equal(logged().filter(({ audit }) => audit === true).length, 6);
    await clock.pass(61_000);
    await lab.anonymous.post(RESET, { ResetType: "On" });
    assert.equal(stored().length, 3);
  });

  it("keeps as many rows as the configuration says, the newest", async () => {
    for (let count = 0; count < 105; count += 1) {
      lab.emulator.store.events.append({ at: count, kind: "device", message: String(count) });
    }
    const kept = lab.emulator.store.events.latest(1000);
    assert.equal(kept.length, 100);
    assert.equal(kept[0]?.message, "104");
  });

  it("is on disk when a change is answered", async () => {
    const answer = await lab.operator.post(RESET, { ResetType: "On" });
    assert.equal(answer.status, 204);
    // As after a kill -9: the emulator has not closed its store.
    const copy = await Store.open({ folder: `${lab.folder}/data`, logger: createLogger("silent") });
    assert.ok(copy.events.latest(10).some(({ message }) => message === "On: accepted"));
    await copy.close();
  });
});

describe("request ids", () => {
  let lab: TestEmulator;

  before(async () => {
    lab = await testEmulator({ settings: { cacheSeconds: 0 } });
  });

  after(async () => {
    await lab.stop();
  });

  it("are the client's own where they are sane, and made here otherwise", async () => {
    const ask = async (sent: string): Promise<string> => {
      const answer = await lab.anonymous.get("/redfish/v1/", { "X-Request-Id": sent });
      return String(answer.headers["x-request-id"]);
    };
    for (const sane of ["7b1d", "00-4bf92f-01", "ironic/conductor:1", "a".repeat(128)]) {
      assert.equal(await ask(sane), sane);
    }
    const made = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    for (const mad of ["", " ", "a b", 'a"b', "{}", "a".repeat(129), "-x"])
      assert.match(await ask(mad), made, mad);
    assert.notEqual(await ask(""), await ask(""));
  });

  it("stand in every line that is logged on behalf of the request", async () => {
    lab.devices["node-2"].failure = new DeviceError("unreachable", "no route");
    lab.devices["node-2"].actFailure = new DeviceError("device", "broken");
    await lab.admin
      .with({ ...lab.admin.headers, "X-Request-Id": "trace-1" })
      .post("/redfish/v1/Systems/node-2/Actions/ComputerSystem.Reset", { ResetType: "On" });
    const lines = lab
      .log()
      .split("\n")
      .filter((line) => line.includes('"requestId":"trace-1"'));
    assert.ok(lines.length >= 2, lines.join("\n"));
    // Once each, or strict readers of JSON refuse the line.
    for (const line of lines) assert.equal(line.split('"requestId"').length, 2, line);
  });

  it("stand also in what the request caused and did not wait for", async () => {
    const device = lab.devices["node-1"];
    await eventually(async () => assert.equal(device.reads, 1));
    const silence = Promise.withResolvers<void>();
    device.gate = silence.promise;
    device.failure = new DeviceError("bad-credentials", "nonsense at last");
    assert.equal((await lab.admin.get(SYSTEM, { "X-Request-Id": "trace-2" })).status, 200);
    // Long enough for the request to be over and nobody's any more.
    await wait(50);
    assert.doesNotMatch(lab.log(), /nonsense at last/);
    silence.resolve();
    await eventually(async () => assert.match(lab.log(), /nonsense at last/));
    const [line = ""] = lab
      .log()
      .split("\n")
      .filter((text) => text.includes("nonsense at last"));
    assert.match(line, /"requestId":"trace-2"/);
  });
});
