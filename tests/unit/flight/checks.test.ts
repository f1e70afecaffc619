import assert from "node:assert/strict";
import { apiGaps } from "../../flight/checks/api-gaps.ts";
import { hostOrder } from "../../flight/checks/host-order.ts";
import { oneAtATime } from "../../flight/checks/one-at-a-time.ts";
import { ownHosts } from "../../flight/checks/own-hosts.ts";
import { callsSince, plugBudget } from "../../flight/checks/plug-budget.ts";
import { untouchedHosts } from "../../flight/checks/untouched-hosts.ts";
import type { ApiRecord } from "../../flight/record/flight-record.ts";
import { Checks, FlightDifference } from "../../flight/runner/checks.ts";
import { segments, tracks } from "../../flight/timeline/segments.ts";
import { made } from "./made-records.ts";

const life = ["registering", "inspecting", "available", "provisioning", "provisioned"];
const hostSegments = (records: Parameters<typeof segments>[0], until = 100) =>
  segments(records, tracks.hosts, 0, until * 1000);

describe("the order of a host's states", () => {
  const states = (...names: string[]) =>
    hostSegments(names.map((name, index) => made.host(index + 1, "a", name)));

  it("may have more states in between", () => {
    const seen = states(
      "unregistered",
      "registering",
      "inspecting",
      "preparing",
      "available",
      "provisioning",
      "provisioned",
    );
    assert.deepEqual(hostOrder(seen, ["a"], life), []);
  });

  it("names the state that was not come to, and the way", () => {
    const problems = hostOrder(states("registering", "inspecting", "available"), ["a"], life);
    assert.deepEqual(problems, ["a did not come to provisioning: registering > inspecting > available"]);
  });

  it("is not fulfilled backwards, nor by nothing", () => {
    assert.equal(
      hostOrder(states("provisioned", "available"), ["a"], ["available", "provisioned"]).length,
      1,
    );
    assert.match(hostOrder([], ["a"], life).join(), /nothing was seen/);
  });
});

describe("one host out at a time", () => {
  const roll = (host: string, from: number, to: number) => [
    made.host(0, host, "provisioned"),
    made.host(from, host, "deprovisioning"),
    made.host(from + 1, host, "available"),
    made.host(to, host, "provisioned"),
  ];
  const seen = (...records: ReturnType<typeof roll>[]) =>
    hostSegments(records.flat().toSorted((one, other) => one.at - other.at));

  it("holds when they take turns", () => {
    assert.deepEqual(oneAtATime(seen(roll("a", 10, 20), roll("b", 20, 30)), ["a", "b"]), []);
  });

  it("names two that were out together, when and for how long", () => {
    const problems = oneAtATime(seen(roll("a", 10, 20), roll("b", 15, 30)), ["a", "b"]);
    assert.deepEqual(problems, ["a and b were both out for 5 s from 00:00:15"]);
  });
});

describe("own hosts", () => {
  const before = [
    { host: "a", cluster: "edge", machine: "m1" },
    { host: "b", cluster: "edge", machine: "m2" },
  ];

  it("are kept by new machines in any order", () => {
    const after = [
      { host: "b", cluster: "edge", machine: "m4" },
      { host: "a", cluster: "edge", machine: "m3" },
    ];
    assert.deepEqual(ownHosts(before, after), []);
  });

  it("are named when left, taken, changed or not rebuilt", () => {
    const problems = ownHosts(before, [
      { host: "a", cluster: "edge", machine: "m1" },
      { host: "c", cluster: "edge", machine: "m3" },
    ]);
    assert.deepEqual(problems, [
      "a still has its old machine m1",
      "b was left: m2 did not come back to it",
      "c was taken by m3",
    ]);
    const moved = ownHosts(before.slice(0, 1), [{ host: "a", cluster: "second", machine: "m3" }]);
    assert.deepEqual(moved, ["a went from cluster edge to second"]);
  });
});

describe("untouched hosts", () => {
  const quiet = [made.host(1, "a", "provisioned", { consumer: "m" })];

  it("may be told of again, and have happened to before", () => {
    const records = [
      made.power(2, "a", true),
      ...quiet,
      made.host(20, "a", "provisioned", { consumer: "m", on: true }),
    ];
    assert.deepEqual(untouchedHosts(records, ["a"], 10_000), []);
  });

  it("are touched by another state, another user and the power, if that counts", () => {
    const records = [
      ...quiet,
      made.power(20, "a", false),
      made.host(21, "a", "deprovisioning", { consumer: "m" }),
      made.host(22, "a", "deprovisioning"),
    ];
    assert.equal(untouchedHosts(records, ["a"], 10_000).length, 3);
    assert.equal(untouchedHosts(records, ["a"], 10_000, "states only").length, 2);
    assert.deepEqual(untouchedHosts(records, ["b"], 10_000), []);
  });
});

describe("the plugs' budget", () => {
  it("allows a read for each 30 s and three calls for each action", () => {
    const asked = (total: number) => [made.calls(0, "a", 0), made.calls(60, "a", total, 2)];
    assert.deepEqual(plugBudget(asked(1 + 2 + 6), 0), []);
    assert.match(
      plugBudget(asked(10), 0).join(),
      /^a got 10 calls .* in 60 s with 2 power actions; 9 are allowed$/,
    );
  });

  it("counts from a time on", () => {
    const records = [made.calls(0, "a", 0), made.calls(60, "a", 90), made.calls(120, "a", 91)];
    assert.deepEqual(plugBudget(records, 100_000), []);
    const [sum] = callsSince(records, 100_000);
    assert.deepEqual([sum?.total, sum?.seconds], [1, 60]);
  });

  it("goes on counting when the counters begin anew", () => {
    const records = [made.calls(0, "a", 5), made.calls(10, "a", 2), made.calls(20, "a", 4)];
    assert.equal(callsSince(records, 0)[0]?.total, 9);
  });

  it("is not asked of AMT engines", () => {
    assert.deepEqual(plugBudget([{ ...made.calls(1, "a", 99), device: "amt" }], 0), []);
  });
});

describe("the gaps of an API", () => {
  const api = (at: number, answers: ApiRecord["answers"], detail = ""): ApiRecord => ({
    kind: "api",
    at: at * 1000,
    cluster: "edge",
    answers,
    detail,
  });

  it("are told with their length, what was said, and which hosts were out", () => {
    const hosts = hostSegments([
      made.host(0, "a", "provisioned"),
      made.host(12, "a", "deprovisioning"),
      made.host(30, "a", "provisioned"),
    ]);
    const records = [api(1, "yes"), api(10, "no", "refused"), api(18.5, "yes"), api(40, "not asked")];
    assert.deepEqual(apiGaps(records, "edge", 0, 100_000, hosts, []), [
      { cluster: "edge", from: 10_000, seconds: 8.5, detail: "refused", during: ["a deprovisioning"] },
    ]);
    assert.deepEqual(apiGaps(records, "second", 0, 100_000, hosts, []), []);
  });

  it("do not begin where nobody asks", () => {
    assert.deepEqual(apiGaps([api(1, "yes"), api(5, "not asked")], "edge", 0, 100_000, [], []), []);
  });

  it("are explained by a machine that is taken out while its host is still provisioned", () => {
    const machines = segments(
      [
        made.machine(5, "one", "Deleting"),
        made.machine(20, "two", "Running"),
        made.machine(30, "one", "gone"),
      ],
      tracks.machines,
      0,
      100_000,
    );
    const records = [api(10, "no"), api(12, "yes"), api(40, "no"), api(42, "yes")];
    assert.deepEqual(
      apiGaps(records, "edge", 0, 100_000, [], machines).map(({ during }) => during),
      [["one Deleting"], []],
    );
  });
});

describe("the checks of a story", () => {
  it("are told one by one, and the first that fails ends it with what was expected and found", () => {
    const told: string[] = [];
    const checks = new Checks(({ what, ok }) => told.push(`${what} ${ok}`));
    checks.equal("same", { a: [1] }, { a: [1] });
    checks.none("nothing", []);
    checks.measured("time", "3 s");
    assert.throws(
      () => checks.none("hosts", ["a moved", "b moved"]),
      (error) => {
        assert.ok(error instanceof FlightDifference);
        assert.deepEqual(
          [error.what, error.expected, error.actual],
          ["hosts", "nothing", "a moved; b moved"],
        );
        return true;
      },
    );
    assert.throws(() => checks.equal("count", 2, 3), /count\n {2}expected: 3\n {2}actual: {3}2/);
    assert.throws(() => checks.match("text", "abc", /x/), FlightDifference);
    assert.deepEqual(told.slice(0, 4), ["same true", "nothing true", "time true", "hosts false"]);
  });
});
