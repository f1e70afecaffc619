import assert from "node:assert/strict";
import { Accounts } from "../../../emulator/src/auth/accounts.ts";
import { LoginThrottle } from "../../../emulator/src/auth/login-throttle.ts";
import { createLogger } from "../../../emulator/src/log.ts";
import { Store } from "../../../emulator/src/store/store.ts";
import { passwords, type TestEmulator, testEmulator } from "../support/emulator.ts";
import { FakeClock } from "../support/fake-clock.ts";

const SYSTEM = "/redfish/v1/Systems/node-1";

describe("guessing passwords", () => {
  let lab: TestEmulator;

  before(async () => {
    lab = await testEmulator({ clock: new FakeClock() });
  });

  after(async () => {
    await lab.stop();
  });

  it("gains nothing by asking a hundred times at once", async () => {
    const guesses = Array.from({ length: 100 }, (_, guess) =>
      lab.anonymous.as("admin", `guess ${guess}`).get(SYSTEM),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 401).length, 10);
    assert.equal(statuses.filter((status) => status === 429).length, 90);
  });

  it("is not what a client's burst of right requests is taken for", async () => {
    const other = await testEmulator({ clock: new FakeClock() });
    try {
      const burst = await Promise.all(Array.from({ length: 40 }, () => other.admin.get(SYSTEM)));
      assert.deepEqual([...new Set(burst.map(({ status }) => status))], [200]);
    } finally {
      await other.stop();
    }
  });

  it("counts an IPv6 network as one source, and IPv4 addresses apart", () => {
    const clock = new FakeClock();
    const throttle = new LoginThrottle(clock);
    for (let host = 1; host <= 12; host += 1) throttle.tried(`2001:db8:0:1::${host.toString(16)}`);
    assert.ok(throttle.wait("2001:db8::1:ffff:0:0:1") > 0, "the same /64, written otherwise");
    assert.equal(throttle.wait("2001:db8:0:2::1"), 0);
    for (let host = 1; host <= 12; host += 1) throttle.tried(`192.0.2.${host}`);
    assert.equal(throttle.wait("192.0.2.1"), 0);
  });

  it("is not forgotten because another login from there was right", () => {
    const throttle = new LoginThrottle(new FakeClock());
    for (let guess = 0; guess < 11; guess += 1) throttle.tried("192.0.2.1");
    throttle.tried("192.0.2.1");
    throttle.succeeded("192.0.2.1");
    assert.ok(throttle.wait("192.0.2.1") > 0);
  });

  it("finds right credentials remembered for five minutes only", async () => {
    const clock = new FakeClock();
    const user = { username: "admin", password: passwords.admin, role: "Administrator" } as const;
    const store = await Store.open({ logger: createLogger("silent") });
    const accounts = new Accounts({ table: store.accounts, clock });
    await accounts.configure([user]);
    assert.equal(accounts.remembers("admin", passwords.admin), false);
    assert.deepEqual(await accounts.verify("admin", passwords.admin), { username: "admin", role: user.role });
    assert.equal(accounts.remembers("admin", passwords.admin), true);
    await clock.pass(299_000);
    assert.equal(accounts.remembers("admin", passwords.admin), true);
    await clock.pass(2_000);
    assert.equal(accounts.remembers("admin", passwords.admin), false);
  });
});
