import assert from "node:assert/strict";
import fc from "fast-check";
import { hostPhases } from "../../../bench/flight/host-phases.ts";
import type { FlightRecord } from "../../flight/record/flight-record.ts";
import { made } from "../flight/made-records.ts";

const brief = (records: readonly FlightRecord[]) =>
  hostPhases(records, 0, 1_000_000).map(
    ({ host, phase, from, to }) => `${host} ${phase} ${from / 1000}-${to / 1000}`,
  );

/** As a machine behind a plug tells it; its disks are not cleaned. */
const behindPlug = [
  made.host(1, "a", "registering"),
  made.host(10, "a", "inspecting"),
  made.event(12, "a", "firmware"),
  made.event(20, "a", "inspected"),
  made.host(30, "a", "available"),
  made.host(40, "a", "provisioning"),
  made.event(45, "a", "off"),
  made.event(50, "a", "firmware"),
  made.event(51, "a", "agent"),
  made.event(53, "a", "looked up"),
  made.event(55, "a", "deploy step"),
  made.event(56, "a", "image written"),
  made.event(60, "a", "poweroff"),
  made.event(60.1, "a", "poweroff"),
  made.event(95, "a", "off"),
  made.event(100, "a", "firmware"),
  made.event(102, "a", "installed system"),
  made.event(103, "a", "system configuring"),
  made.host(110, "a", "provisioned"),
];

describe("the phases of a host", () => {
  it("are its states, and provisioning by what its machine does", () => {
    assert.deepEqual(brief(behindPlug), [
      "a registering 1-10",
      "a inspecting 10-30",
      "a available, until it is taken 30-40",
      "a until the first power change 40-45",
      "a off, until it is switched on 45-50",
      "a firmware and agent start 50-53",
      "a agent waits for Ironic 53-55",
      "a image is written 55-56",
      "a agent waits for Ironic 56-60",
      "a until Ironic sees that the agent switched it off 60-100",
      "a firmware and agent start 100-102",
      "a installed system, until Metal3 says provisioned 102-110",
    ]);
  });

  it("have cleaning with a power cycle of its own", () => {
    const records = [
      made.host(0, "a", "provisioning"),
      made.event(2, "a", "firmware"),
      made.event(4, "a", "looked up"),
      made.event(5, "a", "clean step"),
      made.event(7, "a", "disk wiped"),
      made.event(9, "a", "off"),
      made.event(19, "a", "firmware"),
      made.host(20, "a", "provisioned"),
    ];
    assert.deepEqual(brief(records).slice(2, 6), [
      "a agent waits for Ironic 4-5",
      "a cleaning 5-7",
      "a agent waits for Ironic 7-9",
      "a off, until it is switched on 9-19",
    ]);
  });

  it("end with the first provisioned, and are not told of a host that never came there", () => {
    const records = [
      made.host(0, "a", "available"),
      made.host(1, "b", "available"),
      made.host(5, "a", "provisioned"),
      made.host(9, "a", "deprovisioning"),
      made.host(12, "a", "provisioning"),
      made.host(20, "a", "provisioned"),
    ];
    assert.deepEqual(brief(records), ["a available, until it is taken 0-5"]);
  });

  it("leave out nothing and count nothing twice, whatever the machine tells", () => {
    const told = fc.tuple(
      fc.integer({ min: 41, max: 109 }),
      fc.constantFrom("off", "poweroff", "firmware", "agent", "looked up", "clean step", "installed system"),
    );
    fc.assert(
      fc.property(fc.array(told, { maxLength: 20 }), (events) => {
        const records: FlightRecord[] = [
          made.host(40, "a", "provisioning"),
          ...events.map(([at, what]) => made.event(at, "a", what)),
          made.host(110, "a", "provisioned"),
        ];
        const phases = hostPhases(
          records.toSorted((one, other) => one.at - other.at),
          0,
          200_000,
        );
        assert.equal(phases[0]?.from, 40_000);
        assert.equal(phases.at(-1)?.to, 110_000);
        for (const [index, { from, to }] of phases.entries()) {
          assert.ok(to > from);
          assert.equal(phases[index + 1]?.from ?? to, to);
        }
      }),
    );
  });
});
