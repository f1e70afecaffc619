import assert from "node:assert/strict";
import { causeTable } from "../../../cli/lab/why/cause-table.ts";
import type { WhyReport } from "../../../cli/lab/why/why.ts";
import { faultTable } from "../../why/fault-table.ts";
import { faultTrial, LabLeftBroken, TrialFailure } from "../../why/fault-trial.ts";
import type { Lift } from "../../why/planted-fault.ts";

const bounds = { namedMs: 60_000, wholeMs: 30_000, everyMs: 5_000 };

/** A lab whose fault shows after a while, and goes away a while after it was lifted. */
class FakeLab {
  readonly done: string[] = [];
  readonly #shown: readonly string[];
  readonly #heals: boolean;
  #time = 0;
  #asked = 0;

  constructor(shown: readonly string[], heals = true) {
    this.#shown = shown;
    this.#heals = heals;
  }

  trial(cause = "device-silent", plant: (undo: (lift: Lift) => void) => Promise<unknown> = this.#plant) {
    const means = {
      why: async (subject: string | undefined) => this.#report(subject),
      now: () => this.#time,
      sleep: async (milliseconds: number) => {
        this.#time += milliseconds;
      },
    };
    return faultTrial({ cause, subject: "a", plant }, means, bounds);
  }

  #plant = async (undo: (lift: Lift) => void): Promise<void> => {
    for (const step of ["first", "second"]) {
      this.done.push(`plant ${step}`);
      undo(async () => this.done.push(`lift ${step}`));
    }
  };

  #report(subject: string | undefined): WhyReport {
    const lifted = this.done.some((step) => step.startsWith("lift"));
    const id = lifted && this.#heals ? "nothing" : (this.#shown[this.#asked] ?? this.#shown.at(-1) ?? "");
    this.#asked += 1;
    const cause = id === "nothing" ? null : { id, at: "System a", said: "no answer", means: "", fix: "" };
    return { subject: subject ?? "lab", cause, also: [], clusters: [], chains: [], notSeen: [] };
  }
}

describe("the trial of a planted fault", () => {
  it("asks until the cause is named, lifts the fault in reverse, and asks until all is well", async () => {
    const lab = new FakeLab(["nothing", "nothing", "device-fault", "device-silent"]);
    const { told, namedAfterMs, wholeAfterMs } = await lab.trial();
    assert.deepEqual(told, ["nothing", "device-fault", "device-silent", "nothing"]);
    assert.deepEqual([namedAfterMs, wholeAfterMs], [15_000, 0]);
    assert.deepEqual(lab.done, ["plant first", "plant second", "lift second", "lift first"]);
  });

  it("fails when another cause is named for too long, and lifts the fault all the same", async () => {
    const lab = new FakeLab(["nothing", "device-fault"]);
    await assert.rejects(lab.trial(), (error: Error) => {
      assert.ok(error instanceof TrialFailure);
      assert.match(
        error.message,
        /device-silent was not named within 60 s; it named nothing, then device-fault; at last System a/,
      );
      return true;
    });
    assert.deepEqual(lab.done.slice(-2), ["lift second", "lift first"]);
  });

  it("fails when the lab is not whole again", async () => {
    await assert.rejects(new FakeLab(["device-silent"], false).trial(), (error: Error) => {
      assert.ok(error instanceof LabLeftBroken);
      assert.match(error.message, /not whole again within 30 s/);
      return true;
    });
    // Both are told where both are so.
    await assert.rejects(
      new FakeLab(["device-fault"], false).trial(),
      /device-silent was not named .*; and then the lab was not whole again/,
    );
  });

  it("lifts the rest when one part cannot be lifted, and says so", async () => {
    const lab = new FakeLab(["device-silent"]);
    const plant = async (undo: (lift: Lift) => void): Promise<void> => {
      undo(async () => lab.done.push("lift first"));
      undo(async () => {
        throw new Error("the API refused");
      });
    };
    await assert.rejects(lab.trial("device-silent", plant), /could not be lifted: Error: the API refused/);
    assert.deepEqual(lab.done, ["lift first"]);
  });

  it("takes back what was done before the planting failed", async () => {
    const lab = new FakeLab(["nothing"]);
    const half = async (undo: (lift: Lift) => void): Promise<void> => {
      undo(async () => lab.done.push("lift half"));
      throw new Error("the API refused");
    };
    await assert.rejects(lab.trial("device-silent", half), /the API refused/);
    assert.deepEqual(lab.done, ["lift half"]);
  });
});

describe("the faults that are planted", () => {
  const known = new Set(
    [
      causeTable.lab,
      causeTable.cluster,
      ...causeTable.chain,
      causeTable.limits,
      causeTable.consequences,
    ].flatMap((causes) => causes.map(({ id }) => id)),
  );

  it("are of twenty kinds at least, each a cause that lab why knows", () => {
    const causes = new Set(faultTable.map(({ cause }) => cause));
    assert.ok(causes.size >= 20, `${causes.size} kinds`);
    assert.deepEqual(
      [...causes].filter((cause) => !known.has(cause)),
      [],
    );
    const titles = faultTable.map(({ title }) => title);
    assert.equal(new Set(titles).size, titles.length);
  });
});
