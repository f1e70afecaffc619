import { AsyncResource } from "node:async_hooks";
import PQueue from "p-queue";
import type { Logger } from "pino";
import type { MachineConfig } from "../config.ts";
import type { BootOverride, DeviceIdentity, PowerDriver } from "../drivers/driver.ts";
import { DeviceError } from "../drivers/errors.ts";
import type { Store } from "../store/store.ts";
import { ActionGap } from "./action-gap.ts";
import { beforeDeadline } from "./before-deadline.ts";
import { BootKeeper } from "./boot-keeper.ts";
import type { BootSettings } from "./boot-settings.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import type { Clock } from "./clock.ts";
import { DeviceLine } from "./device-line.ts";
import { EnergyReader, type StampedEnergy } from "./energy-reader.ts";
import { FollowUp } from "./follow-up.ts";
import { IdentityKeeper } from "./identity-keeper.ts";
import { type MachineFacts, machineFacts } from "./machine-facts.ts";
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
  /** Of the reads of all machines' facts: see {@link IdentityKeeper}. */
  readonly identityTurns: PQueue;
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
  readonly #gap: ActionGap;
  readonly #following: FollowUp;
  readonly #identity: IdentityKeeper;
  readonly #energy: EnergyReader;
  readonly #boot: BootKeeper;
  /** Actions one after the other: each decides by the state the one before left behind. */
  readonly #actions = new PQueue({ concurrency: 1 });
  /** The device is being asked to act: its line is not for clients that only look. */
  #acting = false;
  /** As they were made last, and what of: the same objects are told for as long as nothing changes. */
  #facts: { readonly identity: DeviceIdentity; readonly facts: MachineFacts } | undefined;
  #offered: { readonly capable: unknown; readonly listed: unknown; readonly types: ResetType[] } | undefined;
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
    this.#gap = new ActionGap(driver.actionGapMs ?? 0, clock);
    this.#breaker = new CircuitBreaker(clock, timing, random);
    this.#identity = new IdentityKeeper({
      ...options,
      line: this.#line,
      turns: options.identityTurns,
      idle: () => !this.#acting && !this.#following.running,
    });
    this.#energy = new EnergyReader({ ...options, machine: machine.name, line: this.#line });
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
    this.#following = new FollowUp({
      clock,
      timing,
      address,
      read: () => this.#reader.refresh(),
      pause: () => this.#breaker.pause,
    });
    if (stored?.assumed) {
      this.#assumed = stored.assumed;
      this.#reader.invalidate();
    }
    this.#boot = new BootKeeper({ machine: machine.name, mode: machine.bootMode, store });
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
    return this.#boot.settings;
  }

  get bootTargets(): readonly Exclude<BootSettings["target"], "None">[] {
    return this.#options.driver.capabilities.bootTargets;
  }

  /** Whether the device cannot choose a boot device, so that an override is only kept and spent. */
  get bootIsAdvisory(): boolean {
    return this.#options.driver.capabilities.bootOverride === "advisory";
  }

  /** Changes the boot override for the next start; resolves when that would survive a crash. */
  setBoot(change: Partial<BootSettings>): Promise<void> {
    return this.#boot.set(change);
  }

  /**
   * The power state for a client: from the cache while it is fresh, else from the device if it answers at once, else
   * the last known one while the device is asked behind the client's back. Waits longer only where no state may be
   * told yet: none was ever read, or none since an accepted action. Never rejects.
   */
  async view(): Promise<PowerView> {
    // While an action is followed, its own reads keep the state fresh.
    const reading = this.#following.running ? this.#reader.current : this.#reader.fresh;
    this.#options.observer?.viewed(this.machine, reading !== undefined);
    if (!reading) await this.#lookAgain();
    return this.#snapshot();
  }

  /** As {@link view}, where that need not ask the device: undefined where it would. */
  get freshView(): PowerView | undefined {
    if (this.#following.running || !this.#reader.fresh) return undefined;
    this.#options.observer?.viewed(this.machine, true);
    return this.#snapshot();
  }

  /** As {@link view}, at once and without asking the device. */
  get lastView(): PowerView {
    return this.#snapshot();
  }

  /**
   * As {@link view}, from the device itself, unless it was asked within the last second: for people who do not trust what is shown.
   * @throws DeviceError what the device did wrong, also without asking it while the breaker pauses; LetGo at {@link close}
   */
  async readNow(): Promise<PowerView> {
    const { clock, timing } = this.#options;
    if (!this.#reader.youngerThan(timing.decisionAge)) {
      const deadline = clock.elapsed() + timing.actDeadline;
      const late = `${this.machine.address} did not tell its state in time`;
      await beforeDeadline(this.#reader.refresh(), deadline, clock, late);
    }
    return this.#snapshot();
  }

  /** What configuration and device know about the machine; never asks the device. */
  get facts(): MachineFacts {
    const { identity } = this.#identity;
    if (this.#facts?.identity !== identity) {
      this.#facts = { identity, facts: machineFacts(this.machine, identity) };
    }
    return this.#facts.facts;
  }

  /** Whether the device has an energy meter; false as long as that is not known. */
  get measuresEnergy(): boolean {
    return this.#energy.measures ?? this.#identity.identity.measuresEnergy ?? false;
  }

  /** What the energy meter shows, read as rarely as the power state. Waits 2 s at most; never rejects. */
  async energy(): Promise<StampedEnergy | undefined> {
    const { clock, timing } = this.#options;
    await this.view();
    const enough = new AbortController();
    const read = this.#reader.settled.then(() => this.#energy.settled);
    await Promise.race([read, sleep(clock, timing.energyWait, enough.signal)]);
    enough.abort();
    return this.#energy.latest;
  }

  /**
   * Asks the device to change its power. Resolves when the device accepted; the follow-up goes on behind.
   * @throws DeviceError what kept the device from accepting; LetGo when {@link close} came before that
   */
  reset(resetType: ResetType): Promise<ResetOutcome> {
    const { clock, timing } = this.#options;
    // From here on, not from its turn: the client's own time-out runs already.
    const deadline = clock.elapsed() + timing.actDeadline;
    return this.#actions.add(AsyncResource.bind(() => this.#reset(resetType, deadline)));
  }

  /** Begins no further action, ends follow-ups, lets an action under way finish for a while, closes the driver. */
  async close(): Promise<void> {
    const { clock, timing, driver } = this.#options;
    const enough = new AbortController();
    void this.#following.stop();
    this.#identity.giveWay();
    this.#gap.close();
    await Promise.race([this.#actions.onIdle(), sleep(clock, timing.shutdown, enough.signal)]);
    enough.abort();
    const followed = this.#following.stop();
    await this.#line.close();
    await followed;
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
      resetTypes: this.#resetTypes,
      energy: this.#energy.latest,
    };
  }

  get #resetTypes(): readonly ResetType[] {
    const capable = this.#options.driver.capabilities.actions;
    const listed = this.#reader.current?.actions;
    const before = this.#offered;
    if (before && before.capable === capable && before.listed === listed) return before.types;
    const types = offeredResetTypes(this.#available(), this.machine.gracefulShutdown);
    this.#offered = { capable, listed, types };
    return types;
  }

  #available(): ReturnType<typeof availableActions> {
    return availableActions(this.#options.driver.capabilities.actions, this.#reader.current?.actions);
  }

  async #lookAgain(): Promise<void> {
    const { clock, timing } = this.#options;
    const failing = this.#breaker.failure !== undefined;
    if (this.#acting || (failing && this.#breaker.pause > 0)) return;
    const refresh = this.#reader.refresh().then(
      () => undefined,
      () => undefined, // told by the reader; the client gets the last known state
    );
    // A device that was lost is asked behind the client's back: nobody waits for a dead plug twice.
    if (failing) return;
    const known = this.#assumed === undefined ? timing.readWait : timing.actedWait;
    const limit = this.#reader.latest ? known : timing.firstReadWait;
    const rest = limit - this.#reader.askedFor;
    if (rest <= 0) return;
    const enough = new AbortController();
    await Promise.race([refresh, sleep(clock, rest, enough.signal)]);
    enough.abort();
  }

  async #reset(resetType: ResetType, deadline: number): Promise<ResetOutcome> {
    const { store } = this.#options;
    const { name, address } = this.machine;
    this.#identity.giveWay();
    await this.#following.over(deadline);
    let { plan, power } = await this.#decide(resetType, deadline);
    if (plan?.kind === "act" && (await this.#gap.over(deadline, address))) {
      ({ plan, power } = await this.#decide(resetType, deadline));
    }
    if (!plan) return "unsupported";
    if (plan.kind === "nothing") return "nothing";
    this.#unsettled = undefined;
    this.#assumed = undefined;
    // Whoever starts after a crash in the middle of this must not take the stored state for a present one.
    store.powerStates.assume(name, power);
    await store.commit();
    // Its last read may still be under way: the action goes through the same line after it.
    void this.#following.stop();
    const start = plan.boots ? this.#boot.start() : undefined;
    const outcome = await this.#act(plan, start?.boot, deadline);
    if (outcome === "accepted") start?.used();
    this.#assumed = assumedAfter(plan, power);
    store.powerStates.assume(name, this.#assumed);
    if (plan.expect) this.#follow(resetType, plan, plan.expect);
    await store.commit();
    return outcome;
  }

  /** By a state read just now: the cached one may be from before somebody pressed a button. */
  async #decide(
    resetType: ResetType,
    deadline: number,
  ): Promise<{ readonly plan: ResetPlan | undefined; readonly power: KnownPower }> {
    const { clock, timing } = this.#options;
    const { address, gracefulShutdown } = this.machine;
    const blocked = this.#breaker.blocksActions;
    if (blocked) throw blocked;
    const late = `${address} did not tell its state in time`;
    const { power } =
      this.#reader.youngerThan(timing.decisionAge) ??
      (await beforeDeadline(this.#reader.refresh({ insist: true }), deadline, clock, late));
    return { plan: planReset(resetType, power, this.#available(), gracefulShutdown), power };
  }

  /** @throws DeviceError when the device did not accept */
  async #act(
    plan: Act,
    boot: BootOverride | undefined,
    deadline: number,
  ): Promise<Exclude<ResetOutcome, "unsupported">> {
    const options = { ...this.#options, line: this.#line, reader: this.#reader, breaker: this.#breaker };
    this.#acting = true;
    this.#energy.invalidate();
    try {
      const outcome = await performAction(plan, boot, deadline, options);
      this.#gap.acted();
      return outcome;
    } catch (error) {
      // What was refused changed nothing; of all else nobody can tell.
      if (!(error instanceof DeviceError && error.kind === "refused")) this.#gap.acted();
      throw error;
    } finally {
      this.#acting = false;
      this.#energy.invalidate();
    }
  }

  #follow(resetType: ResetType, { action, graceful }: Act, expect: "On" | "Off"): void {
    const { clock, logger } = this.#options;
    const unsettled = (): void => {
      this.#unsettled = { resetType, at: clock.now(), expect };
      const message = `${resetType} was accepted, but the machine does not read ${expect}`;
      logger.warn({ machine: this.machine.name }, message);
      this.#record("power", message);
    };
    this.#following.start({ expect, restart: expect === "On" && action !== "on", graceful, unsettled });
  }

  #onReading(reading: StampedReading): void {
    this.#assumed = undefined;
    if (this.#unsettled?.expect === reading.power) this.#unsettled = undefined;
    this.#options.store.powerStates.save(this.machine.name, reading);
    if (!this.#acting) this.#energy.contacted(reading);
    this.#identity.contacted(reading);
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
