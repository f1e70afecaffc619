import type { Clock } from "../clock.ts";
import type { Machine } from "../machine.ts";
import type { PowerCause } from "../simulated-device.ts";
import type { BootConfiguration } from "./boot-configuration.ts";

/** All in milliseconds from the moment a command was accepted. */
export interface AmtTiming {
  /** Until the state changes; 1000. */
  readonly settleMs: number;
  /**
   * Until the BIOS has told AMT that it finished, where the firmware starts; another command before answers 2. 1500.
   */
  readonly busyMs: number;
  /** How long a power cycle stays off; 500. */
  readonly cycleOffMs: number;
  /** How long an operating system takes to shut down; 2000. */
  readonly gracefulMs: number;
}

export const DEFAULT_TIMING: AmtTiming = {
  settleMs: 1_000,
  busyMs: 1_500,
  cycleOffMs: 500,
  gracefulMs: 2_000,
};

export interface PowerRules {
  readonly lms: boolean;
  readonly withoutLms: "ignore" | "refuse";
  readonly redirectionOpen: boolean;
  readonly busy: boolean;
  readonly ignoreCommands: boolean;
  readonly returnValue: number | null;
}

/** ReturnValue of RequestPowerStateChange (Intel AMT SDK, CIM_PowerManagementService). */
const DONE = 0;
const NOT_SUPPORTED = 1;
/** "Unknown error": what AMT answers to a transition that makes no sense, and while it is busy. */
const NOT_READY = 2;

/** Requested power states that AMT knows. */
const ON = 2;
const SLEEP = 4;
const CYCLE = 5;
const HIBERNATE = 7;
const OFF = 8;
const RESET = 10;
const NMI = 11;
const GRACEFUL_OFF = 12;
const GRACEFUL_RESET = 14;

interface Transition {
  readonly what: string;
  readonly cancel: () => void;
}

/**
 * CIM_PowerManagementService: which power request is possible when, and what it does to the machine after how long. A
 * request is accepted at once and settles later.
 */
export class PowerControl {
  readonly #machine: Machine;
  readonly #boot: BootConfiguration;
  readonly #clock: Clock;
  readonly #timing: AmtTiming;
  readonly #rules: () => PowerRules;
  #transition: Transition | undefined;
  #busyUntil = 0;

  constructor(
    machine: Machine,
    boot: BootConfiguration,
    clock: Clock,
    timing: AmtTiming,
    rules: () => PowerRules,
  ) {
    this.#machine = machine;
    this.#boot = boot;
    this.#clock = clock;
    this.#timing = timing;
    this.#rules = rules;
  }

  /** What was accepted and has not settled, in words. */
  get transition(): string | undefined {
    return this.#transition?.what;
  }

  /** PowerState of CIM_AssociatedPowerManagementService. */
  get state(): number {
    return { on: 2, sleep: 4, hibernate: 7, off: 8 }[this.#machine.power];
  }

  /** AvailableRequestedPowerStates: what may be asked for now, in AMT's own order. */
  get available(): readonly number[] {
    switch (this.#machine.power) {
      case "on":
        return this.#rules().lms
          ? [RESET, OFF, CYCLE, NMI, SLEEP, HIBERNATE, GRACEFUL_RESET, GRACEFUL_OFF]
          : [RESET, OFF, CYCLE, NMI];
      case "sleep":
        return [ON, OFF];
      default:
        return [ON];
    }
  }

  /** RequestPowerStateChange: the ReturnValue. */
  request(state: number): number {
    const { redirectionOpen, busy, ignoreCommands, returnValue, lms, withoutLms } = this.#rules();
    if (returnValue !== null) return returnValue;
    if (![ON, SLEEP, CYCLE, HIBERNATE, OFF, RESET, NMI, GRACEFUL_OFF, GRACEFUL_RESET].includes(state))
      return NOT_SUPPORTED;
    const stillBusy = this.#transition !== undefined || this.#clock.now() < this.#busyUntil;
    if (busy || redirectionOpen || stillBusy) return NOT_READY;
    const graceful = state === GRACEFUL_OFF || state === GRACEFUL_RESET;
    // Without its agent in the operating system AMT says yes and nothing happens (MeshCentral#1712).
    if (graceful && !lms && this.#machine.power === "on") return withoutLms === "ignore" ? DONE : NOT_READY;
    if (!this.available.includes(state)) return NOT_READY;
    if (!ignoreCommands) this.#carryOut(state);
    return DONE;
  }

  /** The machine's own power button, which no command of the engine can be in the way of. */
  pressButton(): void {
    this.#interrupt();
    if (this.#machine.power === "on") this.#machine.become("off", "button");
    else this.#machine.start("button");
  }

  /** The operating system shut the machine down or rebooted it: no boot option of AMT is sure to be used then. */
  machineDid(action: "shutdown" | "reboot"): void {
    if (this.#machine.power !== "on") return;
    this.#interrupt();
    if (action === "shutdown") this.#machine.become("off", "shutdown");
    else this.#machine.start("reboot");
  }

  /** The machine's plug is pulled. */
  unplug(): void {
    this.#interrupt();
    if (this.#machine.power !== "off") this.#machine.become("off", "unplugged");
  }

  /** No timer of it fires afterwards. */
  stop(): void {
    this.#interrupt();
  }

  /** An NMI is for the operating system and leaves the power as it is. */
  #carryOut(state: number): void {
    const { settleMs, cycleOffMs, gracefulMs } = this.#timing;
    switch (state) {
      case ON:
        if (this.#machine.power === "sleep") {
          this.#after("wake up", settleMs, () => this.#machine.become("on", "on"));
        } else {
          this.#start("power on", "on", settleMs);
        }
        break;
      case OFF:
        this.#after("power off", settleMs, () => this.#machine.become("off", "off"));
        break;
      case RESET:
        this.#start("reset", "reset", settleMs);
        break;
      case CYCLE:
        this.#after("power cycle", settleMs, () => {
          this.#machine.become("off", "cycle");
          this.#start("power cycle", "cycle", cycleOffMs);
        });
        break;
      case SLEEP:
        this.#after("sleep", settleMs, () => this.#machine.become("sleep", "sleep"));
        break;
      case HIBERNATE:
        this.#after("hibernate", settleMs, () => this.#machine.become("hibernate", "sleep"));
        break;
      case GRACEFUL_OFF:
        this.#after("graceful off", gracefulMs, () => this.#machine.become("off", "off"));
        break;
      case GRACEFUL_RESET:
        this.#start("graceful reset", "reset", gracefulMs);
    }
  }

  /** Starts the firmware after `ms`, with what is configured then; the BIOS is busy with that for a while. */
  #start(what: string, cause: PowerCause, ms: number): void {
    const { settleMs, busyMs } = this.#timing;
    this.#after(what, ms, () => {
      this.#busyUntil = this.#clock.now() + Math.max(0, busyMs - settleMs);
      this.#machine.start(cause, this.#boot.spend());
    });
  }

  #after(what: string, ms: number, settle: () => void): void {
    const cancel = this.#clock.after(ms, () => {
      this.#transition = undefined;
      settle();
    });
    this.#transition = { what, cancel };
  }

  #interrupt(): void {
    this.#transition?.cancel();
    this.#transition = undefined;
    this.#busyUntil = 0;
  }
}
