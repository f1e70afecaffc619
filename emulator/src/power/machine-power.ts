import { AsyncResource } from "node:async_hooks";
import PQueue from "p-queue";
import type { Logger } from "pino";
import type { MachineConfig } from "../config.ts";
import type { PowerDriver } from "../drivers/driver.ts";
import type { DeviceError } from "../drivers/errors.ts";
import type { Store } from "../store/store.ts";
import { type BootSettings, defaultBootSettings, nextBoot, spent } from "./boot-settings.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import type { Clock } from "./clock.ts";
import { DeviceLine } from "./device-line.ts";
import { follow } from "./follow.ts";
import { performAction } from "./perform-action.ts";
import type { PowerObserver } from "./power-observer.ts";
import { PowerReader, restoredReading, type StampedReading } from "./power-reader.ts";
import type { KnownPower, PowerView } from "./power-view.ts";
import {
  assumedAfter,
  availableActions,
  offeredResetTypes,
  planReset,
  type ResetPlan,
  type ResetType,
} from "./reset-plan.ts";
import { sleep } from "./sleep.ts";
import type { PowerTiming } from "./timing.ts";

export interface MachinePowerOptions {
  readonly machine: MachineConfig;
  readonly driver: PowerDriver;
  readonly minimumGap: number;
  /** Milliseconds a power state is answered from the cache. */
  readonly cache: number;
  readonly store: Store;
  readonly clock: Clock;
  readonly timing: PowerTiming;
  readonly random: () => number;
  readonly logger: Logger;
  readonly observer?: PowerObserver;
  /** The device is left alone until this resolves: see {@link DeviceLine}. */
  readonly begin?: Promise<unknown>;
}

type Act = Extract<ResetPlan, { kind: "act" }>;

/** "nothing": the machine was in the wished state; "unsupported": the device cannot do it at present. */
export type ResetOutcome = "accepted" | "nothing" | "unsupported";

/** One machine's power and boot override: everything that reaches its device passes here. */
export class MachinePower {
  readonly machine: MachineConfig;
  readonly #options: MachinePowerOptions;
  readonly #line: DeviceLine;
  readonly #breaker: CircuitBreaker;
  readonly #reader: PowerReader;
  /** Actions one after the other: each decides by the state the one before left behind. */
  readonly #actions = new PQueue({ concurrency: 1 });
  #boot: BootSettings;
  #following:
    | { readonly abort: AbortController; readonly done: Promise<void>; readonly graceful: boolean }
    | undefined;
  /** What an accepted action leads to, until a device read tells. */
  #assumed: PowerView["power"] | undefined;
  #unsettled: { readonly resetType: ResetType; readonly at: number; readonly expect: KnownPower } | undefined;

  constructor(options: MachinePowerOptions) {
    const { machine, driver, store, clock, timing, random } = options;
    this.machine = machine;
    this.#options = options;
    const { abortGrace } = timing;
    const { address } = machine;
    this.#line = new DeviceLine({
      clock,
      address,
      minimumGap: options.minimumGap,
      abortGrace,
      onCall: (...call) => options.observer?.deviceCalled(machine, ...call),
      ...(options.begin && { begin: options.begin }),
    });
    this.#breaker = new CircuitBreaker(clock, timing, random);
    const stored = store.powerStates.load(machine.name);
    this.#reader = new PowerReader({
      driver,
      clock,
      timing,
      random,
      line: this.#line,
      breaker: this.#breaker,
      cache: options.cache,
      restored: stored && restoredReading(stored, clock),
      onReading: (reading) => this.#onReading(reading),
      onLost: (error) => this.#onLost(error),
    });
    if (stored?.assumed) {
      this.#assumed = stored.assumed;
      this.#reader.invalidate();
    }
    this.#boot = store.bootSettings.load(machine.name) ?? defaultBootSettings(machine.bootMode);
  }

  /** Calls made to the device since start. */
  get deviceCalls(): number {
    return this.#line.calls;
  }

  /** "open" while the device is left in peace after failures, "half-open" when the next call decides. */
  get breakerState(): "closed" | "open" | "half-open" {
    if (!this.#breaker.failure) return "closed";
    return this.#breaker.pause > 0 ? "open" : "half-open";
  }

  get boot(): BootSettings {
    return this.#boot;
  }

  get bootTargets(): readonly Exclude<BootSettings["target"], "None">[] {
    return this.#options.driver.capabilities.bootTargets;
  }

  /** Whether the device cannot choose a boot device, so that an override is only kept and spent. */
  get bootIsAdvisory(): boolean {
    return this.#options.driver.capabilities.bootOverride === "advisory";
  }

  /** Keeps the boot override for the next start; resolves when it would survive a crash. */
  async setBoot(settings: BootSettings): Promise<void> {
    this.#boot = settings;
    this.#options.store.bootSettings.save(this.machine.name, settings);
    await this.#options.store.commit();
  }

  /**
   * The power state for a client: from the cache while it is fresh, else from the device if it answers soon, else the
   * last known one. Never rejects.
   */
  async view(): Promise<PowerView> {
    // While an action is followed, its own reads keep the state fresh.
    const reading = this.#following ? this.#reader.current : this.#reader.fresh;
    this.#options.observer?.viewed(this.machine, reading !== undefined);
    if (!reading) await this.#lookAgain();
    return this.#snapshot();
  }

  /** As {@link view}, at once and without asking the device. */
  get lastView(): PowerView {
    return this.#snapshot();
  }

  /**
   * Asks the device to change its power. Resolves when the device accepted; the follow-up goes on behind.
   * @throws DeviceError what kept the device from accepting.
   */
  reset(resetType: ResetType): Promise<ResetOutcome> {
    return this.#actions.add(AsyncResource.bind(() => this.#reset(resetType)));
  }

  /** Ends follow-ups, lets an action under way finish for a while, closes the driver. */
  async close(): Promise<void> {
    const { clock, timing, driver } = this.#options;
    const enough = new AbortController();
    this.#following?.abort.abort();
    await Promise.race([this.#actions.onIdle(), sleep(clock, timing.shutdown, enough.signal)]);
    enough.abort();
    this.#following?.abort.abort();
    await this.#line.close();
    await this.#following?.done;
    await driver.close();
  }

  #snapshot(): PowerView {
    const { clock } = this.#options;
    const current = this.#reader.current;
    const reading = current ?? this.#reader.latest;
    const power = current?.power ?? this.#assumed ?? reading?.power ?? "Off";
    return {
      power,
      readAt: reading?.at,
      age: reading && Math.max(0, clock.now() - reading.at),
      failure: this.#breaker.failure,
      unsettled: this.#unsettled,
      resetTypes: offeredResetTypes(this.#available(), this.machine.gracefulShutdown),
    };
  }

  #available(): ReturnType<typeof availableActions> {
    return availableActions(this.#options.driver.capabilities.actions, this.#reader.current?.actions);
  }

  async #lookAgain(): Promise<void> {
    const { clock, timing } = this.#options;
    const failing = this.#breaker.failure !== undefined;
    if (failing && this.#breaker.pause > 0) return;
    const refresh = this.#reader.refresh().then(
      () => undefined,
      () => undefined, // told by the reader; the client gets the last known state
    );
    // A device that was lost is asked behind the client's back: nobody waits for a dead plug twice.
    if (failing) return;
    const enough = new AbortController();
    const wait = this.#reader.latest ? timing.readWait : timing.firstReadWait;
    await Promise.race([refresh, sleep(clock, wait, enough.signal)]);
    enough.abort();
  }

  async #reset(resetType: ResetType): Promise<ResetOutcome> {
    const { clock, timing, store } = this.#options;
    const deadline = clock.elapsed() + timing.actDeadline;
    await this.#previousAction();
    const blocked = this.#breaker.blocksActions;
    if (blocked) throw blocked;
    const { power } = this.#reader.fresh ?? (await this.#reader.refresh({ insist: true }));
    const plan = planReset(resetType, power, this.#available(), this.machine.gracefulShutdown);
    if (!plan) return "unsupported";
    if (plan.kind === "nothing") return "nothing";
    this.#unsettled = undefined;
    this.#assumed = undefined;
    const boot = this.#boot;
    const options = { ...this.#options, line: this.#line, reader: this.#reader, breaker: this.#breaker };
    await performAction(plan, plan.boots ? nextBoot(boot) : undefined, deadline, options);
    // Unless a client set another override meanwhile, which is for the start after this one.
    if (plan.boots && nextBoot(boot) && this.#boot === boot) {
      this.#boot = spent(boot);
      store.bootSettings.save(this.machine.name, this.#boot);
    }
    this.#assumed = assumedAfter(plan, power);
    store.powerStates.assume(this.machine.name, this.#assumed);
    if (plan.expect) this.#startFollowing(resetType, plan, plan.expect);
    await store.commit();
    return "accepted";
  }

  /** A device must finish one change before it is asked for the next; a graceful one may never finish. */
  async #previousAction(): Promise<void> {
    const { clock, timing } = this.#options;
    const following = this.#following;
    if (!following) return;
    if (!following.graceful) {
      const enough = new AbortController();
      await Promise.race([following.done, sleep(clock, timing.previousAction, enough.signal)]);
      enough.abort();
    }
    following.abort.abort();
    await following.done;
  }

  #startFollowing(resetType: ResetType, plan: Act, expect: "On" | "Off"): void {
    const { clock, timing, logger } = this.#options;
    const abort = new AbortController();
    const watch = async (): Promise<void> => {
      const outcome = await follow({
        clock,
        timing,
        expect,
        restart: expect === "On" && plan.action !== "on",
        graceful: plan.graceful,
        read: () => this.#reader.refresh(),
        pause: () => this.#breaker.pause,
        signal: abort.signal,
      });
      if (this.#following?.abort === abort) this.#following = undefined;
      if (outcome !== "unsettled") return;
      this.#unsettled = { resetType, at: clock.now(), expect };
      const message = `${resetType} was accepted, but the machine does not read ${expect}`;
      logger.warn({ machine: this.machine.name }, message);
      this.#record("power", message);
    };
    this.#following = { abort, graceful: plan.graceful, done: watch() };
  }

  #onReading(reading: StampedReading): void {
    this.#assumed = undefined;
    if (this.#unsettled?.expect === reading.power) this.#unsettled = undefined;
    this.#options.store.powerStates.save(this.machine.name, reading);
    const failure = this.#breaker.failure;
    if (!failure) return;
    this.#options.logger.info({ machine: this.machine.name }, "the device answers again");
    this.#record("device", "answers again");
  }

  #onLost(error: DeviceError): void {
    const { name, address } = this.machine;
    this.#options.logger.warn({ machine: name, address, kind: error.kind }, `device lost: ${error.message}`);
    this.#record("device", `lost (${error.kind}): ${error.message}`);
  }

  #record(kind: "power" | "device", message: string): void {
    const { store, clock } = this.#options;
    store.events.append({ at: clock.now(), kind, machine: this.machine.name, message });
  }
}
