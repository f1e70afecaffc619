import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchResult } from "../../../bench/flight/bench-result.ts";
import { caseTable } from "../../../bench/flight/case-table.ts";
import { page } from "../../../bench/flight/page.ts";
import { ResultStore } from "../../../bench/flight/result-store.ts";
import { repository } from "../config/sample-lab.ts";

const result: BenchResult = {
  id: "available-6",
  title: "six of them",
  hosts: 6,
  day: "2026-11-27",
  seconds: 271.23456,
  load: { cores: 2, before: 0.5, mean: 3.25, highest: 7 },
  milestones: [{ what: "first host available", seconds: 61.7 }],
  phases: [
    {
      phase: "registering",
      devices: { amt: { hosts: 3, medianSeconds: 10, longestSeconds: 12.34 } },
      share: 0.256,
    },
    { phase: "kubeadm", devices: { tapo: { hosts: 3, medianSeconds: 3, longestSeconds: 4 } } },
  ],
  calls: [
    { device: "amt", hosts: 3, medianCalls: 90, mostCalls: 99, medianPowerReads: 70, medianActions: 8 },
    {
      device: "tapo",
      hosts: 3,
      medianCalls: 27,
      mostCalls: 28,
      medianPowerReads: 20,
      medianActions: 7,
      budgetUsed: 0.8,
    },
  ],
  commands: [
    { command: "node --eval 0", runs: 3, medianSeconds: 0.05, longestSeconds: 0.06 },
    { command: "pulumi preview", runs: 3, medianSeconds: 6, longestSeconds: 7 },
  ],
};

describe("the page of the bench", () => {
  const text = page(caseTable, new Map([[result.id, result]]));

  it("shows what was measured, with the load, and says what was not", () => {
    assert.match(
      text,
      /\| available-6 \| .* \| 4 min 31 s \| 0\.5 \/ 3\.3 \/ 7\.0 on 2 cores \| 2026-11-27 \|/,
    );
    assert.match(text, /\| provisioned-50 \| .* \| not measured yet \|/);
  });

  it("shows phases in seconds and shares, calls, and commands as multiples of the yardstick", () => {
    assert.match(text, /^\| registering \| 10\.0, 12\.3 \| – \| 26 % \|$/m);
    assert.match(text, /^\| kubeadm \| – \| 3\.0, 4\.0 \| beside \|$/m);
    assert.match(text, /^\| tapo \| 3 \| 27, 28 \| 20 \| 7 \| 80 % \|$/m);
    assert.match(text, /^\| `pulumi preview` \| 6\.00, 7\.00 \(3 runs\) \| 120\.0 \|$/m);
    assert.match(text, /^\| first host available \| 62 \|$/m);
  });

  it("is in docs/ as the kept results make it", () => {
    const kept = new ResultStore(join(repository, "bench", "flight", "results")).read();
    const written = readFileSync(join(repository, "docs", "bench-flight.md"), "utf8");
    assert.equal(written, page(caseTable, kept), "run: npm run bench:flight -- --page");
  });

  it("can be made of one case after the other, each by itself", () => {
    const folder = mkdtempSync(join(tmpdir(), "edge-lab-bench-"));
    try {
      const store = new ResultStore(join(folder, "results"));
      assert.equal(store.read().size, 0);
      store.write(result);
      store.write({ ...result, id: "program-10" });
      assert.deepEqual([...store.read().keys()].sort(), ["available-6", "program-10"]);
      assert.equal(store.read().get("available-6")?.seconds, 271.235);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
