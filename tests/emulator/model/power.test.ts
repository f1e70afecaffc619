import assert from "node:assert/strict";
import fc from "fast-check";
import { pino } from "pino";
import type { MachinePower } from "../../../emulator/src/power/machine-power.ts";
import type { ResetType } from "../../../emulator/src/power/reset-plan.ts";
import { Store } from "../../../emulator/src/store/store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { testMachine } from "../support/machine.ts";
import { type Call, type Health, ModelDevice } from "./model-device.ts";

const GAP = 250;
const TTL = 30_000;

type Step =
  | { readonly do: "get" }
  | { readonly do: "reset"; readonly type: ResetType }
  | { readonly do: "boot"; readonly target: "Pxe" | "Hdd" }
  | { readonly do: "button" }
  | { readonly do: "health"; readonly health: Health; readonly latency: number }
  | { readonly do: "pass"; readonly milliseconds: number }
  | { readonly do: "restart" };

const health: fc.Arbitrary<Health> = fc.constantFrom(
  "well",
  "well",
  "silent",
  "unreachable",
  "device",
  "session-lost",
  "refused",
  "answer-lost",
  "gone-quiet",
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: "get" }) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<ResetType[]>("On", "ForceOff", "ForceRestart", "PowerCycle")
      .map((type): Step => ({ do: "reset", type })),
  },
  { weight: 2, arbitrary: fc.constantFrom("Pxe", "Hdd").map((target): Step => ({ do: "boot", target })) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "button" }) },
  {
    weight: 2,
    arbitrary: fc
      .record({ health, latency: fc.integer({ min: 0, max: 3_000 }) })
      .map((given): Step => ({ do: "health", ...given })),
  },
  {
    weight: 4,
    arbitrary: fc
      .oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 90_000 }))
      .map((milliseconds): Step => ({ do: "pass", milliseconds })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "restart" }) },
);

/** One run: the power controller, its device, and what a client may rely on. */
class Run {
  readonly clock = new FakeClock();
  readonly device = new ModelDevice(this.clock);
  readonly #store: Store;
  #power: MachinePower | undefined;
  /** Calls that the device had got when a reset was last answered: resets are carried out one after the other. */
  #callsBefore = 0;
  /** When the last accepted action began at the device. */
  #acceptedAt = Number.NEGATIVE_INFINITY;
  /** What the boot override may read: more than one thing where a reset met a new override, or lost its answer. */
  #overrides: readonly ("Pxe" | "Hdd" | "None")[] = ["None"];
  #overridesSet = 0;
  readonly open: Promise<void>[] = [];
  readonly wrong: unknown[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  get power(): MachinePower {
    assert.ok(this.#power);
    return this.#power;
  }

  async boot(): Promise<void> {
    const { clock, device } = this;
    const options = { clock, driver: device, store: this.#store, minimumGap: GAP };
    this.#power = (await testMachine(options)).power;
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "get":
        return this.#watch(this.#get());
      case "reset":
        return this.#watch(this.#reset(step.type));
      case "boot":
        await this.power.setBoot({ target: step.target, enabled: "Once", mode: "UEFI" });
        this.#overrides = [step.target];
        this.#overridesSet += 1;
        return;
      case "button":
        this.device.power = this.device.power === "On" ? "Off" : "On";
        return;
      case "health":
        this.device.health = step.health;
        this.device.latency = step.latency;
        return;
      case "pass":
        return await this.clock.pass(step.milliseconds);
      case "restart":
        await this.settle();
        await this.power.close();
        await this.boot();
        return;
    }
  }

  /** Lets everything that was begun come to its end. */
  async settle(): Promise<void> {
    await this.clock.pass(300_000);
    await Promise.all(this.open);
    if (this.wrong.length > 0) throw this.wrong[0];
    const { target, enabled } = this.power.boot;
    const right = this.#overrides.includes(target as "Pxe" | "Hdd" | "None");
    assert.ok(right, `the override reads ${target}, not ${this.#overrides.join(" or ")}`);
    assert.equal(enabled, target === "None" ? "Disabled" : "Once");
  }

  async close(): Promise<void> {
    await this.power.close();
    await this.#store.close();
  }

  #watch(work: Promise<void>): void {
    this.open.push(work.catch((error: unknown) => void this.wrong.push(error)));
  }

  async #get(): Promise<void> {
    const { clock } = this;
    const begin = clock.elapsed();
    const accepted = this.#acceptedAt;
    const before = this.power.lastView;
    const view = await this.power.view();
    const took = clock.elapsed() - begin;
    assert.ok(["On", "Off", "Paused", "PoweringOn", "PoweringOff"].includes(view.power));
    assert.ok(took <= 5_000, `GET took ${took} ms`);
    if (before.failure) assert.equal(took, 0, "a device known to be lost keeps nobody waiting");
    const told = view.power === "On" || view.power === "Off";
    const readTick = clock.elapsed() - (view.age ?? Number.POSITIVE_INFINITY);
    if (told && accepted > 0) assert.ok(readTick >= accepted, "a state from before an action");
  }

  async #reset(type: ResetType): Promise<void> {
    const { clock, device } = this;
    const begin = clock.elapsed();
    const first = device.calls.length;
    const overridesSet = this.#overridesSet;
    const outcome = await this.power.reset(type).catch(() => "failed");
    assert.ok(clock.elapsed() - begin <= 55_000, `${type} was answered after ${clock.elapsed() - begin} ms`);
    const calls = device.calls.slice(Math.max(first, this.#callsBefore));
    this.#callsBefore = device.calls.length;
    const acts = calls.filter(({ what }) => what !== "read");
    if (outcome !== "accepted") {
      assert.ok(
        !acts.some(({ ok, needless }) => ok && !needless),
        `${type} was done and answered, and its client told ${outcome}`,
      );
      return;
    }
    const last = acts.at(-1);
    assert.ok(last, `${type} was accepted without asking the device`);
    assert.ok(
      acts.some(({ done, uncertain }) => done || uncertain),
      `${type} was accepted though the device said no`,
    );
    this.#acceptedAt = last.begin;
    if (last.what !== "off") this.#started(acts, overridesSet === this.#overridesSet);
  }

  /** What a start that the client was told of does to the boot override. */
  #started(acts: readonly Call[], noneSince: boolean): void {
    const pending = this.#overrides.filter((target) => target !== "None");
    const given = acts.at(-1)?.boot?.target;
    if (noneSince && pending.length === this.#overrides.length) {
      assert.ok(
        pending.some((target) => target === given),
        `a start with ${given}, not ${pending.join(" or ")}`,
      );
    }
    if (given === undefined) return;
    // Where the answer was lost and the machine is on, the start was ours as far as anybody can tell.
    // One that was set after the reset was asked is for this start or, when it came too late for it, for the next.
    if (noneSince) this.#overrides = ["None"];
    else if (pending.some((target) => target === given)) this.#overrides = [...pending, "None"];
  }
}

function checkLine(calls: readonly Call[]): void {
  const ends: number[] = [];
  let acted = Number.NEGATIVE_INFINITY;
  for (const [index, call] of calls.entries()) {
    const previous = calls[index - 1];
    if (previous) {
      assert.ok(previous.end !== undefined, "two calls at the same time");
      assert.ok(call.begin >= previous.end, "two calls at the same time");
    }
    ends.push(call.end ?? 0);
    if (call.what === "read") continue;
    if (previous?.ok && call.begin < acted) assert.fail("the rest between two actions was cut short");
    if (call.ok && call.end !== undefined) acted = call.end + 10_000;
  }
}

describe("the power controller, for any course of events", () => {
  it("tells no state from before an action, keeps to one call at a time and to the client's patience", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const run = new Run(await Store.open({ logger: pino({ level: "silent" }) }));
        await run.boot();
        for (const next of steps) await run.take(next);
        await run.settle();
        checkLine(run.device.calls);
        await run.close();
      }),
      { numRuns: 300 },
    );
  });

  it("asks a device that is well at most once per cache time", async () => {
    const pauses = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 5, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(pauses, async (times) => {
        const clock = new FakeClock();
        const device = new ModelDevice(clock);
        device.latency = 0;
        const { power, store } = await testMachine({ clock, driver: device });
        for (const time of times) {
          const view = power.view();
          await clock.pass(time);
          await view;
        }
        const begins = device.calls.map(({ begin }) => begin);
        begins.slice(1).forEach((begin, index) => {
          assert.ok(begin - (begins[index] ?? 0) >= TTL);
        });
        await clock.pass(60_000);
        await power.close();
        await store.close();
      }),
      { numRuns: 300 },
    );
  });

  it("asks a lost device more and more rarely, however often clients ask", async () => {
    const given = fc.record({
      kind: fc.constantFrom<Health[]>("silent", "unreachable", "device", "bad-credentials"),
      pauses: fc.array(fc.integer({ min: 100, max: 5_000 }), { minLength: 50, maxLength: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ kind, pauses }) => {
        const clock = new FakeClock();
        const device = new ModelDevice(clock);
        device.health = kind;
        const { power, store } = await testMachine({ clock, driver: device });
        const begin = clock.elapsed();
        for (const pause of pauses) {
          void power.view();
          await clock.pass(pause);
        }
        // Pauses of 5, 10, 20, 40 and then 60 s; three tries at most in between.
        const rounds = 5 + (clock.elapsed() - begin) / 60_000;
        assert.ok(device.calls.length <= 3 * rounds, `${device.calls.length} calls`);
        await clock.pass(60_000);
        await power.close();
        await store.close();
      }),
      { numRuns: 50 },
    );
  });
});
