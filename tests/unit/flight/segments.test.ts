import assert from "node:assert/strict";
import fc from "fast-check";
import type { HostRecord } from "../../flight/record/flight-record.ts";
import { segments, tracks } from "../../flight/timeline/segments.ts";
import { made } from "./made-records.ts";

const brief = (records: readonly HostRecord[], from = 0, until = 100) =>
  segments(records, tracks.hosts, from * 1000, until * 1000).map(
    (segment) => `${segment.lane} ${segment.state} ${segment.from / 1000}-${segment.to / 1000}`,
  );

describe("segments of a flight", () => {
  it("last from one state to the next, and to the end", () => {
    const records = [
      made.host(1, "a", "registering"),
      made.host(5, "b", "available"),
      made.host(10, "a", "inspecting"),
      made.host(12, "a", "inspecting", { on: true }),
    ];
    assert.deepEqual(brief(records), ["a registering 1-10", "b available 5-100", "a inspecting 10-100"]);
  });

  it("end with the thing itself", () => {
    const records = [
      made.host(1, "a", "deleting"),
      made.host(7, "a", "gone"),
      made.host(20, "a", "registering"),
    ];
    assert.deepEqual(brief(records), ["a deleting 1-7", "a registering 20-100"]);
  });

  it("are cut at both ends of what is looked at", () => {
    const records = [
      made.host(1, "a", "available"),
      made.host(30, "a", "provisioning"),
      made.host(70, "a", "provisioned"),
    ];
    assert.deepEqual(brief(records, 10, 50), ["a available 10-30", "a provisioning 30-50"]);
  });

  it("keep what was told in their time", () => {
    const records = [
      made.host(1, "a", "provisioning"),
      made.host(4, "a", "provisioning", { error: "no disk" }),
    ];
    assert.deepEqual(
      segments(records, tracks.hosts, 0, 9_000).map(({ detail }) => detail),
      ["no disk"],
    );
  });

  it("never overlap in one lane, whatever happened", () => {
    const record = fc
      .tuple(fc.integer({ min: 0, max: 50 }), fc.constantFrom("a", "b"), fc.constantFrom("x", "y", "gone"))
      .map(([at, name, state]) => made.host(at, name, state));
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (unsorted) => {
        const found = segments(
          unsorted.toSorted((one, other) => one.at - other.at),
          tracks.hosts,
          5_000,
          40_000,
        );
        for (const lane of ["a", "b"]) {
          const own = found.filter((segment) => segment.lane === lane);
          own.reduce((end, { from, to, state }) => {
            assert.ok(from >= end && to > from && to <= 40_000 && state !== "gone");
            return to;
          }, 5_000);
        }
      }),
    );
  });
});
