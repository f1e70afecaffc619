import assert from "node:assert/strict";
import fc from "fast-check";
import { Counter } from "../../../emulator/src/metrics/counter.ts";
import { exposition } from "../../../emulator/src/metrics/exposition.ts";
import { Gauge } from "../../../emulator/src/metrics/gauge.ts";
import { Histogram } from "../../../emulator/src/metrics/histogram.ts";
import { parseExposition } from "../support/parse-exposition.ts";

describe("the Prometheus exposition", () => {
  it("has the text of the format's description", () => {
    const calls = new Counter({ name: "calls_total", help: "Calls.", labels: ["call"] });
    calls.add({ call: "read" });
    calls.add({ call: "read" }, 2);
    const seconds = new Histogram({
      name: "took_seconds",
      help: "Time.",
      labels: ["call"],
      buckets: [0.1, 1],
    });
    seconds.observe({ call: "read" }, 0.1);
    seconds.observe({ call: "read" }, 0.5);
    seconds.observe({ call: "read" }, 7);
    const open = new Gauge({ name: "open", help: "a \\ and\na line", read: () => [[{}, Infinity]] });
    assert.equal(
      exposition([calls, seconds, open]),
      [
        "# HELP calls_total Calls.",
        "# TYPE calls_total counter",
        'calls_total{call="read"} 3',
        "# HELP took_seconds Time.",
        "# TYPE took_seconds histogram",
        'took_seconds_bucket{call="read",le="0.1"} 1',
        'took_seconds_bucket{call="read",le="1"} 2',
        'took_seconds_bucket{call="read",le="+Inf"} 3',
        'took_seconds_sum{call="read"} 7.6',
        'took_seconds_count{call="read"} 3',
        "# HELP open a \\\\ and\\na line",
        "# TYPE open gauge",
        "open +Inf",
        "",
      ].join("\n"),
    );
  });

  it("carries any label value and any number to a strict reader unchanged", () => {
    const text = fc.string({ unit: "binary" });
    const values = fc.dictionary(text, fc.double({ noNaN: true, min: 0 }));
    fc.assert(
      fc.property(values, text, (wanted, help) => {
        const counter = new Counter({ name: "seen_total", help, labels: ["what"] });
        for (const [what, value] of Object.entries(wanted)) counter.add({ what }, value);
        const family = parseExposition(exposition([counter])).get("seen_total");
        const read = Object.fromEntries(
          family?.samples.map(({ labels, value }) => [labels.what, value]) ?? [],
        );
        assert.deepEqual(read, { ...wanted });
      }),
    );
  });

  it("counts each observation in every bucket that holds it, and in the sum", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 })), (observed) => {
        const histogram = new Histogram({ name: "size", help: "x", labels: [], buckets: [1, 10, 50] });
        for (const value of observed) histogram.observe({}, value);
        const samples = parseExposition(exposition([histogram])).get("size")?.samples ?? [];
        if (observed.length === 0) return assert.deepEqual(samples, []);
        for (const { name, labels, value } of samples) {
          const bound = labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le);
          if (name === "size_bucket") assert.equal(value, observed.filter((one) => one <= bound).length);
          if (name === "size_count") assert.equal(value, observed.length);
          if (name === "size_sum")
            assert.equal(
              value,
              observed.reduce((sum, one) => sum + one, 0),
            );
        }
        assert.equal(samples.length, 6);
      }),
    );
  });

  it("forgets the series of what is gone", () => {
    const calls = new Counter({ name: "calls_total", help: "Calls.", labels: ["machine", "call"] });
    for (const machine of ["a", "b"]) for (const call of ["x", "y"]) calls.add({ machine, call });
    calls.forget("machine", "a");
    assert.deepEqual(
      [...calls.samples()].map(({ labels }) => labels.machine),
      ["b", "b"],
    );
  });
});
