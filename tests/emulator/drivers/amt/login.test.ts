import assert from "node:assert/strict";
import { everythingIn, failure, never, SECRETS } from "../support/driver-under-test.ts";
import { AmtBench } from "./amt-bench.ts";

describe("amt driver: login", () => {
  let bench: AmtBench;
  beforeEach(async () => {
    bench = new AmtBench();
    await bench.start();
  });
  afterEach(() => bench.close());

  it("is challenged once and then uses the nonce with a rising counter", async () => {
    for (let read = 0; read < 20; read += 1) await bench.driver.readPower(never);
    assert.equal(bench.device.challenges, 1);
    assert.equal(bench.device.failedLogins, 0);
    const counts = bench.device.requests.map((request) => request.nc);
    assert.deepEqual(counts.slice(8, 11), ["00000009", "0000000a", "0000000b"]);
    assert.equal(counts.at(-1), "00000014");
  });

  it("keeps one connection", async () => {
    for (let read = 0; read < 10; read += 1) await bench.driver.readPower(never);
    // The engine closes the connection on which it refused.
    assert.equal(bench.device.connections, 2);
  });

  for (const stale of ["true", "false"] as const) {
    it(`takes a forgotten nonce (stale=${stale}) for a new challenge, not for a wrong password`, async () => {
      bench.device.stale = stale;
      await bench.driver.readPower(never);
      bench.device.forgetNonce();
      assert.equal((await bench.driver.readPower(never)).power, "Off");
      assert.equal(bench.device.failedLogins, 0);
      assert.equal(bench.device.challenges, 2);
    });
  }

  it("makes one failed login per call with a wrong password, however often it is called", async () => {
    bench.device.password = "another";
    bench.device.stale = "false";
    for (let call = 1; call <= 5; call += 1) {
      const error = await failure("bad-credentials", bench.driver.readPower(never));
      assert.equal(error.retryable, false);
      assert.equal(bench.device.failedLogins, call);
    }
    assert.deepEqual(bench.device.asked, []);
  });

  it("makes no more of it when the engine calls every refusal stale", async () => {
    bench.device.password = "another";
    bench.device.stale = "true";
    await failure("bad-credentials", bench.driver.readPower(never));
    assert.equal(bench.device.failedLogins, 2);
  });

  it("does not send an action whose login was refused", async () => {
    bench.device.password = "another";
    bench.device.stale = "false";
    await failure("bad-credentials", bench.driver.act("on", undefined, never));
    assert.equal(bench.device.failedLogins, 1);
    assert.deepEqual(bench.requested, []);
  });

  it("recovers when the password is right again", async () => {
    bench.device.password = "another";
    bench.device.stale = "false";
    await failure("bad-credentials", bench.driver.readPower(never));
    bench.device.password = SECRETS.password;
    assert.equal((await bench.driver.readPower(never)).power, "Off");
  });

  it("shows no secret in errors or logs, whatever happens", async () => {
    const errors: unknown[] = [];
    const collect = (error: unknown): void => void errors.push(error);
    bench.device.password = "another";
    bench.device.stale = "false";
    await bench.driver.readPower(never).catch(collect);
    bench.device.password = SECRETS.password;
    bench.device.fault("Get CIM_AssociatedPowerManagementService", "AccessDenied");
    await bench.driver.readPower(never).catch(collect);
    bench.device.fate = () => "drop";
    await bench.driver.readPower(never).catch(collect);
    await bench.device.close();
    await bench.driver.readPower(never).catch(collect);
    assert.equal(errors.length, 4);
    const shown = errors.map(everythingIn).join("\n") + bench.log.lines.join("\n");
    assert.ok(shown.length > 500);
    for (const secret of [SECRETS.username, SECRETS.password, "Digest username", "response="]) {
      assert.ok(!shown.includes(secret), `${secret} is shown in:\n${shown}`);
    }
    await bench.device.start();
  });
});
