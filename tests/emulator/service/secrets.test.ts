import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { devicePassword, passwords, testEmulator } from "../support/emulator.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";
const SESSIONS = "/redfish/v1/SessionService/Sessions";

describe("secrets", () => {
  it("are in no log line, no answer and not in the store, whatever is asked", async () => {
    const lab = await testEmulator();
    const answers: string[] = [];
    const login = await lab.anonymous.post(SESSIONS, { UserName: "admin", Password: passwords.admin });
    const token = String(login.headers["x-auth-token"]);
    const session = lab.anonymous.with({ "X-Auth-Token": token, Cookie: "cookie-marker" });
    lab.devices["node-2"].failure = new DeviceError("bad-credentials", "the device refuses the password");
    for (const answer of [
      login,
      await session.get(SYSTEM),
      await session.get("/redfish/v1/Systems/node-2"),
      await session.get(SESSIONS),
      await session.get(String(login.headers.location)),
      await session.post(`${SYSTEM}/Actions/ComputerSystem.Reset`, { ResetType: "On" }),
      await session.post(`${SYSTEM}/Actions/ComputerSystem.Reset`, {
        ResetType: { password: "body-marker" },
      }),
      await session.patch(SYSTEM, { Password: "body-marker" }),
      await lab.anonymous.post(SESSIONS, { UserName: "admin", Password: "body-marker" }),
      await lab.anonymous.post(SESSIONS, '{"Password": "body-marker"'),
      await lab.anonymous.as("admin", "basic-marker").get(SYSTEM),
      await lab.anonymous.with({ "X-Auth-Token": "token-marker" }).get(SYSTEM),
      await lab.admin.get(`${SYSTEM}?password=query-marker`),
      await lab.anonymous.get("/healthz"),
    ]) {
      answers.push(answer.text);
    }
    await lab.emulator.stop();
    const log = lab.log();
    const store = (await readFile(join(lab.folder, "data", "emulator.sqlite"))).toString("latin1");
    await rm(lab.folder, { recursive: true });
    assert.match(log, /"path":"\/redfish\/v1\/Systems\/node-1"/);
    const basic = Buffer.from(`admin:${passwords.admin}`).toString("base64");
    const secret = token.split(".")[1] ?? "";
    assert.ok(secret.length > 20);
    for (const marker of [
      ...Object.values(passwords),
      devicePassword,
      basic,
      secret,
      "cookie-marker",
      "body-marker",
      "basic-marker",
      "token-marker",
      "query-marker",
    ]) {
      assert.ok(!log.includes(marker), `the log holds ${marker}`);
      assert.ok(!answers.join("").includes(marker), `an answer holds ${marker}`);
      assert.ok(!store.includes(marker), `the store holds ${marker}`);
    }
  });

  it("that get into a log object by mistake are blotted out", () => {
    let log = "";
    const logger = createLogger("info", {
      write: (line) => {
        log += line;
      },
    });
    const machine = { name: "node-1", password: "marker" };
    const headers = { authorization: "marker", "x-auth-token": "marker", cookie: "marker" };
    const error = Object.assign(new Error("failed"), { config: { auth: { password: "marker" } } });
    logger.info({ machine, request: { headers }, token: "marker", err: error }, "a mistake");
    assert.match(log, /a mistake/);
    assert.ok(!log.includes("marker"), log);
  });
});
