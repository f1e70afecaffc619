import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { AmtDriver } from "../../../../emulator/src/drivers/amt/driver.ts";
import { amtDriver } from "../../../../emulator/src/drivers/amt/index.ts";
import { amtOptionsSchema } from "../../../../emulator/src/drivers/amt/options.ts";
import { DeviceError } from "../../../../emulator/src/drivers/errors.ts";
import { failure, machineAt, never } from "../support/driver-under-test.ts";
import { AmtBench, TIMING } from "./amt-bench.ts";
import { envelope } from "./hand-made-amt.ts";

const GET_POWER = "Get CIM_AssociatedPowerManagementService";

describe("amt driver: connection", () => {
  let bench: AmtBench;
  beforeEach(async () => {
    bench = new AmtBench();
    await bench.start();
  });
  afterEach(() => bench.close());

  it("wakes a sleeping engine that drops the first connections", async () => {
    bench.device.asleep = 2;
    assert.equal((await bench.driver.readPower(never)).power, "Off");
    assert.equal(bench.clock.begun.filter((length) => length === TIMING.wakePause).length, 2);
  });

  it("wakes it before an action, too", async () => {
    bench.device.asleep = 1;
    await bench.driver.act("on", undefined, never);
    assert.deepEqual(bench.requested, [2]);
  });

  it("tries a refused connection for the time an engine takes to wake, then says unreachable", async () => {
    await bench.device.close();
    const error = await failure("unreachable", bench.driver.readPower(never));
    assert.match(error.message, /127\.0\.0\.1:\d+: cannot be reached \(ECONNREFUSED\)/);
    assert.equal(error.retryable, false, "repeated here for long enough");
    assert.ok(bench.clock.elapsed() >= TIMING.wake - 2 * TIMING.wakePause);
    assert.ok(bench.clock.elapsed() <= TIMING.wake);
    await bench.device.start();
  });

  it("asks again when the connection ends before the answer, but not for ever", async () => {
    let drops = 2;
    bench.device.fate = () => (drops-- > 0 ? "drop" : "answer");
    assert.equal((await bench.driver.readPower(never)).power, "Off");
    bench.device.fate = () => "drop";
    const before = bench.device.asked.length;
    await failure("unreachable", bench.driver.readPower(never));
    assert.equal(bench.device.asked.length - before, 3);
  });

  it("uses a new counter for each repeat, so that none looks like a replay", async () => {
    let drops = 2;
    bench.device.fate = () => (drops-- > 0 ? "drop" : "answer");
    await bench.driver.readPower(never);
    assert.equal(bench.device.challenges, 1);
    assert.deepEqual(
      bench.device.requests.map((request) => request.nc),
      ["00000001", "00000002", "00000003"],
    );
  });

  it("gives up on silence after the time for an answer", async () => {
    bench.device.fate = () => "silence";
    const arrived = bench.device.arrivals.next(GET_POWER);
    const read = bench.driver.readPower(never);
    read.catch(() => undefined);
    await arrived;
    await bench.clock.expire(TIMING.answer);
    const error = await failure("timeout", read);
    assert.match(error.message, /no complete answer within 12 s/);
  });

  it("stops at once when the caller does, with the caller's reason", async () => {
    bench.device.fate = () => "silence";
    const abort = new AbortController();
    const arrived = bench.device.arrivals.next(GET_POWER);
    const read = bench.driver.readPower(abort.signal);
    read.catch(() => undefined);
    await arrived;
    const reason = new DeviceError("timeout", "15 s are over");
    abort.abort(reason);
    assert.equal(await failure("timeout", read), reason);
    bench.device.fate = () => "answer";
    assert.equal((await bench.driver.readPower(never)).power, "Off");
  });

  it("sends nothing when the caller has stopped before", async () => {
    await failure("timeout", bench.driver.readPower(AbortSignal.abort()));
    assert.equal(bench.device.connections, 0);
  });

  it("gives up on a host that never finishes connecting", async () => {
    const mute = createServer().listen(0, "127.0.0.1");
    const sockets: Socket[] = [];
    mute.on("connection", (socket) => sockets.push(socket));
    await once(mute, "listening");
    const { port } = mute.address() as AddressInfo;
    const driver = new AmtDriver(machineAt(`127.0.0.1:${port}`), amtOptionsSchema.parse({ tls: true }), {
      logger: bench.log.logger,
      clock: bench.clock,
      timing: { ...TIMING, wake: 2 * TIMING.connect },
    });
    const read = driver.readPower(never);
    read.catch(() => undefined);
    await bench.clock.expire(TIMING.connect);
    await bench.clock.expire(TIMING.connect);
    const error = await failure("unreachable", read);
    assert.match(error.message, /no connection within 3 s/);
    await driver.close();
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  for (const [title, reply] of [
    ["no XML", { body: "hello" }],
    ["XML that is no SOAP", { body: "<html><body>Welcome</body></html>" }],
    ["broken XML", { body: "<a:Envelope><a:Body>" }],
    ["nothing", { body: "" }],
    ["another class", { body: envelope("<g:CIM_Other/>") }],
    ["a class without a state", { body: envelope("<g:CIM_AssociatedPowerManagementService/>") }],
    ["HTTP 503", { status: 503, body: "busy" }],
  ] as const) {
    it(`says that the device answered badly when it answers ${title}`, async () => {
      bench.device.raw(GET_POWER, reply);
      const error = await failure("device", bench.driver.readPower(never));
      assert.match(error.message, /^AMT at 127\.0\.0\.1:\d+: /);
    });
  }

  for (const [code, detail, kind, text] of [
    ["AccessDenied", "", "refused", /AccessDenied.*Admin Control Mode/],
    ["SchemaValidationError", "", "device", /SchemaValidationError, No\./],
    ["InvalidParameter", "AMT-STATUS 36", "device", /AMT status 36 \(bad parameter\)/],
    ["InternalError", "<x>AMT-STATUS 2</x>", "refused", /AMT status 2 \(not ready\)/],
    ["TimedOut", "", "timeout", /TimedOut/],
  ] as const) {
    it(`tells the fault ${code} ${detail} as ${kind}`, async () => {
      bench.device.fault(GET_POWER, code, detail);
      const error = await failure(kind, bench.driver.readPower(never));
      assert.match(error.message, text);
      assert.match(error.message, /Get CIM_AssociatedPowerManagementService failed/);
    });
  }

  it("checks its options and says what is wrong", () => {
    const options = amtDriver.options;
    const messages = (value: unknown): string => JSON.stringify(options.safeParse(value).error?.issues);
    assert.match(messages({ fingerprint256: "ab" }), /64 hex digits/);
    assert.match(messages({ legacyTls: true }), /without tls: true/);
    assert.match(messages({ tsl: true }), /tsl/);
    const fingerprint256 = "ab".repeat(32);
    const parsed = options.parse({ tls: true, fingerprint256 });
    assert.equal(parsed.fingerprint256, Array.from({ length: 32 }, () => "AB").join(":"));
  });
});
