import assert from "node:assert/strict";
import { sendDiscoveryProbe } from "../../../emulator/src/drivers/tapo/discovery-probe.ts";
import { systemClock } from "../../../emulator/src/power/clock.ts";
import { type Answer, messageIds } from "../support/redfish-client.ts";
import { type DeviceKind, FaultBench } from "./fault-bench.ts";
import { type FaultRow, faultTable } from "./fault-table.ts";

const DAY = 86_400_000;

/** How each fault is brought about; `setFaults` is what the simulated device is told. */
const faults: Readonly<
  Record<
    string,
    {
      readonly amt?: object;
      readonly tapo?: object;
      readonly bring?: (bench: FaultBench) => void;
    }
  >
> = {
  silent: { amt: { silent: true }, tapo: { silent: true } },
  "refuses login": {
    amt: { refuseLogins: true },
    tapo: { wrongProof: true },
    bring: (bench) => bench.stealSession(),
  },
  garbage: { amt: { brokenXml: true }, tapo: { garbage: true } },
  slow: { amt: { slowMs: 2_000 }, tapo: { slowMs: 2_000 } },
  drops: { amt: { cutAnswers: true }, tapo: { cutAnswers: true } },
  "drops one reply": { amt: { resetAfterCommand: 1 }, tapo: { resetAfterCommand: 1 } },
  "drops thereafter": { amt: { cutFromCommand: true }, tapo: { cutFromCommand: true } },
  "session stolen": { bring: (bench) => bench.stealSession() },
  "by hand": { bring: (bench) => bench.device.pressButton() },
  "pressed on": { amt: { buttonAfterRead: 1 } },
  "back by hand": { bring: (bench) => bench.device.pressButton() },
  busy: { amt: { busy: true } },
  "locked out": { amt: { lockedOut: true }, bring: (bench) => bench.stealSession() },
  "clock jumps on": { bring: (bench) => bench.clock.jump(DAY) },
  "clock jumps back": { bring: (bench) => bench.clock.jump(-DAY) },
};

describe("a device with a fault", () => {
  before(async () => {
    // Its key is made once per process by the thread pool, in real time, which the bench's clock would outrun.
    const signal = new AbortController().signal;
    await sendDiscoveryProbe({ host: "127.0.0.1", port: 9, timeout: 10, clock: systemClock, signal });
  });

  for (const row of faultTable) {
    for (const kind of ["amt", "tapo"] as const) {
      if (row.device !== "both" && row.device !== kind) continue;
      it(`${kind}, ${row.fault}: ${row.request}`, async () => {
        const bench = await FaultBench.start(kind, powerBefore(row));
        try {
          assert.deepEqual(await observe(bench, row, kind), expected(row));
        } finally {
          await bench.stop();
        }
      });
    }
  }
});

function powerBefore({ fault, request }: FaultRow): "on" | "off" {
  const wished = request === "On" || request === "boot once" ? "on" : "off";
  const back = fault === "back by hand";
  return (wished === "on") === back ? "on" : "off";
}

type Outcome = Omit<FaultRow, "fault" | "device" | "request">;

function expected({ answer, later, machine, override, healed, event }: FaultRow): Outcome {
  return { answer, later, machine, override, healed, event };
}

async function observe(bench: FaultBench, row: FaultRow, kind: DeviceKind): Promise<Outcome> {
  const { clock, device } = bench;
  const fault = faults[row.fault];
  assert.ok(fault, `no such fault: ${row.fault}`);
  // The cache has run out for those who look; those who act find it fresh.
  if (row.request === "GET") await clock.pass(31_000);
  device.setFaults(fault[kind] ?? {});
  fault.bring?.(bench);

  if (row.request === "boot once") assert.equal((await bench.bootOnceFromNetwork()).status, 200);
  const begin = clock.elapsed();
  const request = row.request === "boot once" ? "On" : row.request;
  const answer = request === "GET" ? await bench.get() : await bench.reset(request);
  const took = clock.elapsed() - begin;
  // 40 ms for the device, the rest for loopback; and Ironic hangs up after 60 s.
  assert.ok(took <= (request === "GET" ? 100 : 55_000), `took ${took} ms`);
  const [event = "-"] = bench.events.filter((message) => /^(On|Force)/.test(message));
  await clock.pass(20_000);
  const { power } = device;
  const { starts } = bench;
  const after = await bench.getLater();
  assertGentle(bench);

  device.setFaults({});
  const healed = await bench.getHealed();
  assert.equal(bench.starts, starts, "started again later");
  assertHonest(healed);
  return {
    answer: [answer.status, ...messageIds(answer)].join(" "),
    later: [String(after.body.PowerState), ...conditions(after)].join(" "),
    machine: `${power} ${starts}`,
    override: String(after.body.Boot?.BootSourceOverrideEnabled),
    healed: String(healed.body.PowerState),
    event: event.startsWith(row.event) ? row.event : event,
  };
}

function conditions({ body }: Answer): string[] {
  const list = body.Status?.Conditions ?? [];
  return list.map((entry) => String(entry.MessageId).replace(/^Base\.\d+\.\d+\./, ""));
}

/** A device that is well again is told to be so. */
function assertHonest(healed: Answer): void {
  assert.equal(String(healed.body.Status?.State), "Enabled");
  assert.deepEqual(conditions(healed), []);
}

/** In the two minutes since the fault came. AMT locks out after ten failed logins. */
function assertGentle({ device }: FaultBench): void {
  const { total, failedLogins, logins } = device.counters;
  assert.ok(failedLogins <= 3, `${failedLogins} failed logins`);
  assert.ok(logins <= 2, `${logins} logins`);
  assert.ok(total <= 25, `${total} calls`);
}
