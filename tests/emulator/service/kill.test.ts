import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { EmulatorProcess } from "../support/emulator-process.ts";
import { type Body, RedfishClient } from "../support/redfish-client.ts";

/** Few, since each is a start of the whole service; the store alone is killed far more often in its own test. */
const KILLS = 8;
const MACHINES = 3;
const password = "password-marker";
const accounts = "/redfish/v1/AccountService/Accounts";
const sessions = "/redfish/v1/SessionService/Sessions";
const system = (index: number) => `/redfish/v1/Systems/node-${index}`;

/** What a client was told, and what it asked for and never heard of again. */
class Told {
  /** Boot override by machine: the last that was acknowledged, and whatever was asked for after it. */
  readonly boot: string[][] = Array.from({ length: MACHINES }, () => ["None Disabled"]);
  readonly tokens: string[] = [];
  readonly accounts: string[] = [];
  answers = 0;
}

/** Changes what it can, one thing after the other, until the service is gone. */
async function change(client: RedfishClient, worker: number, told: Told): Promise<void> {
  const targets = ["Pxe", "Hdd"];
  for (let count = 0; ; count += 1) {
    const target = targets[count % 2] ?? "Pxe";
    const enabled = count % 3 === 0 ? "Continuous" : "Once";
    const possible = told.boot[worker] ?? [];
    possible.push(`${target} ${enabled}`);
    const Boot = { BootSourceOverrideTarget: target, BootSourceOverrideEnabled: enabled };
    assert.equal((await client.patch(system(worker), { Boot })).status, 200);
    possible.splice(0, possible.length - 1);
    told.answers += 1;
    if (count % 4 !== worker) continue;
    const login = await client.post(sessions, { UserName: "admin", Password: password });
    assert.equal(login.status, 201);
    told.tokens.push(String(login.headers["x-auth-token"]));
    // There may be 64.
    if (worker !== 0 || told.accounts.length >= 40) continue;
    const UserName = `made-${told.tokens.length}`;
    const made = await client.post(accounts, { UserName, Password: "a-long-password", RoleId: "Operator" });
    assert.equal(made.status, 201);
    told.accounts.push(UserName);
  }
}

describe("the whole service under kill -9", () => {
  let folder: string;
  let running: EmulatorProcess | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "edge-lab-service-kill-"));
    // Nothing listens there: what devices do is another test's matter.
    const device = { driver: "tapo", username: "admin", password: "P@ssw0rd" };
    const machines = Array.from({ length: MACHINES }, (_, index) => ({
      ...{ name: `node-${index}`, address: `127.0.0.1:${index + 1}` },
      ...device,
    }));
    const users = [{ username: "admin", password, role: "Administrator" }];
    await writeFile(join(folder, "config.json"), JSON.stringify({ machines, users }));
  });

  after(async () => {
    running?.kill("SIGKILL");
    await running?.exit;
    await rm(folder, { recursive: true, force: true });
  });

  it("has all boot overrides, sessions and accounts that it acknowledged", async function () {
    this.timeout(KILLS * 60_000);
    const told = new Told();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const client = await start();
      await check(client, told);
      const workers = told.boot.map((_, worker) => change(client, worker, told));
      const ended = Promise.allSettled(workers);
      // The first answers may take long on a busy machine; the moment after them is random.
      const enough = told.answers + MACHINES;
      const begun = (): boolean => told.answers >= enough && told.accounts.length > 0;
      while (!begun()) await Promise.race([wait(5), Promise.all(workers)]);
      await wait(Math.random() * 300);
      running?.kill("SIGKILL");
      assert.equal(await running?.exit, "SIGKILL");
      for (const outcome of await ended) {
        assert.ok(
          outcome.status === "rejected" && !(outcome.reason instanceof assert.AssertionError),
          String(outcome),
        );
      }
    }
    await check(await start(), told);
  });

  async function start(): Promise<RedfishClient> {
    running = new EmulatorProcess([
      ...["--config", join(folder, "config.json"), "--data-dir", join(folder, "data")],
      ...["--listen", "127.0.0.1:0", "--insecure-http"],
    ]);
    return new RedfishClient(await running.url(), undefined).as("admin", password);
  }

  async function check(client: RedfishClient, told: Told): Promise<void> {
    for (const [index, possible] of told.boot.entries()) {
      const { Boot } = (await client.get(system(index))).body;
      const found = `${String(Boot?.BootSourceOverrideTarget)} ${String(Boot?.BootSourceOverrideEnabled)}`;
      assert.ok(possible.includes(found), `node-${index} reads ${found}, told was ${possible.join(" or ")}`);
      told.boot[index] = [found];
    }
    for (const token of told.tokens.slice(-20)) {
      const answer = await client.with({ "X-Auth-Token": token }).get(sessions);
      assert.equal(answer.status, 200, "a session that was acknowledged is lost");
    }
    const members = (await client.get(accounts)).body.Members ?? [];
    const names = await Promise.all(
      members.map(async (member: Body) =>
        String((await client.get(String(member["@odata.id"]))).body.UserName),
      ),
    );
    for (const name of told.accounts) assert.ok(names.includes(name), `account ${name} is lost`);
  }
});
