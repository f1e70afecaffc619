import assert from "node:assert/strict";
import { callsRows } from "../../../bench/flight/calls-rows.ts";
import { commandTime } from "../../../bench/flight/command-time.ts";
import { hostPhases } from "../../../bench/flight/host-phases.ts";
import { LoadMeter } from "../../../bench/flight/load-meter.ts";
import { median } from "../../../bench/flight/median.ts";
import { milestones } from "../../../bench/flight/milestones.ts";
import { phaseRows } from "../../../bench/flight/phase-rows.ts";
import type { FlightRecord, MachineRecord } from "../../flight/record/flight-record.ts";
import { made } from "../flight/made-records.ts";

const machine = (at: number, infra: string, phase: string): MachineRecord => ({
  kind: "machine",
  at: at * 1000,
  name: infra,
  cluster: "edge",
  phase,
  version: "v1.34.3",
  infra,
  node: null,
});

describe("what a bench makes of records", () => {
  it("takes the middle", () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([1, 2, 4, 100]), 3);
    assert.ok(Number.isNaN(median([])));
  });

  it("sums phases by kind of device, with their share of all time", () => {
    const records: FlightRecord[] = [
      made.calls(0, "plug-1", 0),
      made.calls(0, "plug-2", 0),
      { ...made.calls(0, "engine", 0), device: "amt" },
      ...["plug-1", "plug-2", "engine"].map((host) => made.host(0, host, "registering")),
      made.host(10, "plug-1", "available"),
      made.host(30, "plug-2", "available"),
      made.host(40, "engine", "available"),
      ...["plug-1", "plug-2", "engine"].map((host) => made.host(50, host, "provisioned")),
    ];
    const [registering, available, ...others] = phaseRows(hostPhases(records, 0, 60_000), records);
    assert.deepEqual(registering, {
      phase: "registering",
      devices: {
        amt: { hosts: 1, medianSeconds: 40, longestSeconds: 40 },
        tapo: { hosts: 2, medianSeconds: 20, longestSeconds: 30 },
      },
      share: 80 / 150,
    });
    assert.equal(available?.share, 70 / 150);
    assert.deepEqual(others, []);
  });

  it("tells kubeadm and the wait for the node beside, once a host", () => {
    const records: FlightRecord[] = [
      made.calls(0, "a", 0),
      made.host(0, "a", "provisioning", { consumer: "edge-1" }),
      made.event(5, "a", "system configuring"),
      made.event(12, "a", "system running"),
      made.host(20, "a", "provisioned", { consumer: "edge-1" }),
      machine(25, "edge-1", "Running"),
      made.event(100, "a", "system configuring"),
      made.event(101, "a", "system running"),
    ];
    const rows = phaseRows(hostPhases(records, 0, 200_000), records).slice(1);
    assert.deepEqual(
      rows.map(({ phase, devices, share }) => [phase, devices.tapo?.medianSeconds, share]),
      [
        ["cloud-init with kubeadm", 7, undefined],
        ["provisioned, until its Machine is Running", 5, undefined],
      ],
    );
  });

  it("counts calls by kind of device and measures plugs by their budget", () => {
    const records = [
      made.calls(0, "plug-1", 0),
      made.calls(0, "plug-2", 0),
      { ...made.calls(0, "engine", 0), device: "amt" as const },
      made.calls(300, "plug-1", 7, 1),
      made.calls(300, "plug-2", 9, 1),
      { ...made.calls(300, "engine", 40, 2), device: "amt" as const },
    ];
    assert.deepEqual(callsRows(records, 0), [
      { device: "amt", hosts: 1, medianCalls: 40, mostCalls: 40, medianPowerReads: 38, medianActions: 2 },
      {
        device: "tapo",
        hosts: 2,
        medianCalls: 8,
        mostCalls: 9,
        medianPowerReads: 7,
        medianActions: 1,
        // One, ten for 300 s, three for the action.
        budgetUsed: 9 / 14,
      },
    ]);
  });

  it("finds what was reached, and says nothing of what was not", () => {
    const records: FlightRecord[] = [
      made.host(5, "old", "provisioned"),
      made.host(20, "a", "registering"),
      made.host(30, "a", "available"),
      made.host(31, "b", "registering"),
      made.host(50, "b", "available"),
      {
        kind: "cluster",
        at: 52_000,
        name: "edge",
        conditions: { Available: "True", ControlPlaneInitialized: "True" },
      },
      made.host(55, "a", "provisioned"),
    ];
    assert.deepEqual(
      milestones(records, 10_000, 2).map(({ what, seconds }) => `${what} ${seconds}`),
      [
        "first host declared 10",
        "first host available 20",
        "all hosts available 40",
        "control plane initialized 42",
        "cluster Available for the first time 42",
        "first host provisioned 45",
      ],
    );
  });

  it("tells the load before apart from that of the measurement", () => {
    const loads = [1, 4, 8, 3];
    const meter = new LoadMeter(() => loads.shift() ?? 0);
    meter.note();
    meter.note();
    const { before, mean, highest } = meter.stop();
    assert.deepEqual([before, mean, highest], [1, 5, 8]);
  });

  it("ends between two runs of a command", async () => {
    const end = new AbortController();
    let runs = 0;
    const run = async () => {
      runs++;
      if (runs === 2) end.abort(new Error("enough"));
    };
    await assert.rejects(commandTime("x", 5, run, end.signal), /enough/);
    assert.equal(runs, 2);
    assert.equal((await commandTime("x", 3, async () => runs++, new AbortController().signal)).runs, 3);
  });
});
