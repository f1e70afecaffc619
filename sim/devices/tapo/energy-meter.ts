import type { Clock } from "../clock.ts";

/** The mains, in millivolts. */
const VOLTAGE = 230_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** What was counted since the begin of a period. */
interface Period {
  /** Names the period: "2025-01-01" or "2025-01". */
  name: string;
  milliseconds: number;
}

/**
 * The meter of a P110: what flows through the closed relay, counted by days and months of the plug's local time. A
 * plug's totals begin at zero with its process.
 */
export class EnergyMeter {
  readonly #clock: Clock;
  readonly #minutesFromUtc: number;
  readonly #watts: number;
  #on: boolean;
  #countedTo: number;
  readonly #day: Period = { name: "", milliseconds: 0 };
  readonly #month: Period = { name: "", milliseconds: 0 };
  /** Since the process began. */
  readonly #whole: Period = { name: "whole", milliseconds: 0 };

  /** @param watts what the machine behind the plug draws while the relay is closed */
  constructor(clock: Clock, minutesFromUtc: number, watts: number, on: boolean) {
    this.#clock = clock;
    this.#minutesFromUtc = minutesFromUtc;
    this.#watts = watts;
    this.#on = on;
    this.#countedTo = clock.now();
  }

  /** The relay moved. */
  switched(on: boolean): void {
    this.#count();
    this.#on = on;
  }

  /** The result of get_energy_usage: minutes, Wh and mW. */
  usage(): Record<string, unknown> {
    const now = this.#count();
    const runtime = (period: Period): number => Math.floor(period.milliseconds / MINUTE);
    return {
      today_runtime: runtime(this.#day),
      month_runtime: runtime(this.#month),
      today_energy: this.#energy(this.#day),
      month_energy: this.#energy(this.#month),
      local_time: this.#local(now).slice(0, 19).replace("T", " "),
      electricity_charge: [0, 0, 0],
      current_power: this.#milliwatts,
    };
  }

  /** The result of get_current_power: whole watts, unlike current_power above. */
  currentPower(): Record<string, unknown> {
    return { current_power: this.#on ? Math.round(this.#watts) : 0 };
  }

  /** The result of get_emeter_data: mA, mV, mW and Wh. */
  emeter(): Record<string, unknown> {
    this.#count();
    return {
      current_ma: Math.round((this.#milliwatts * 1000) / VOLTAGE),
      voltage_mv: VOLTAGE,
      power_mw: this.#milliwatts,
      energy_wh: this.#energy(this.#whole),
    };
  }

  get #milliwatts(): number {
    return this.#on ? Math.round(this.#watts * 1000) : 0;
  }

  #energy({ milliseconds }: Period): number {
    return Math.floor((this.#watts * milliseconds) / HOUR);
  }

  #count(): number {
    const now = this.#clock.now();
    const local = this.#local(now);
    this.#add(this.#day, local.slice(0, 10), now);
    this.#add(this.#month, local.slice(0, 7), now);
    this.#add(this.#whole, this.#whole.name, now);
    this.#countedTo = now;
    return now;
  }

  #add(period: Period, name: string, now: number): void {
    let from = this.#countedTo;
    if (period.name !== name) {
      const begin = Date.parse(`${name.length === 7 ? `${name}-01` : name}T00:00:00Z`);
      from = Math.max(from, begin - this.#minutesFromUtc * MINUTE);
      period.name = name;
      period.milliseconds = 0;
    }
    if (this.#on) period.milliseconds += Math.max(0, now - from);
  }

  /** ISO 8601 of the plug's wall. */
  #local(time: number): string {
    return new Date(time + this.#minutesFromUtc * MINUTE).toISOString();
  }
}
