import type { Clock } from "../clock.ts";
import { derivedHex } from "../derived-hex.ts";
import type { Machine } from "../machine.ts";
import type { PowerCause } from "../simulated-device.ts";
import { EnergyMeter } from "./energy-meter.ts";
import type { PlugModel } from "./plug-model.ts";

export interface PlugIdentity {
  readonly deviceId: string;
  readonly owner: string;
  /** The plug's own address, not one of the machine's: 74-DA-88-.. with dashes, upper case. */
  readonly mac: string;
}

/** Degrees times 10^4, as a plug tells them. */
const POSITION = { latitude: 525_200, longitude: 134_050 };

/** Minutes from UTC: a plug in Berlin, where it is always winter. */
const TIME_DIFF = 60;
/** What an idle small computer draws. */
const WATTS = 18.5;

/** What a P110 says in place of a P100's `overheated`. */
const PROTECTED = {
  overheat_status: "normal",
  charging_status: "normal",
  overcurrent_status: "normal",
  power_protection_status: "normal",
  auto_off_status: "off",
  auto_off_remain_time: 0,
};

export interface PlugStateParts {
  readonly name: string;
  readonly model: PlugModel;
  readonly ip: string;
  readonly machine: Machine;
  readonly clock: Clock;
  /** From the command to the relay's click, milliseconds. */
  readonly switchMs: number;
}

/** A plug's relay and meter, and what it says of itself (python-kasa's fixtures). */
export class PlugState {
  readonly identity: PlugIdentity;
  readonly model: PlugModel;
  /** Of models that have one. */
  readonly meter: EnergyMeter | undefined;
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #ip: string;
  readonly #switchMs: number;
  readonly #startedAt: number;
  #nickname: string;
  #switchedOnAt: number;
  #pendingSwitch: (() => void) | undefined;

  constructor({ name, model, ip, machine, clock, switchMs }: PlugStateParts) {
    this.model = model;
    this.#machine = machine;
    this.#clock = clock;
    this.#ip = ip;
    this.#switchMs = switchMs;
    this.#nickname = Buffer.from(name).toString("base64");
    this.#startedAt = clock.now();
    this.#switchedOnAt = clock.now();
    if (model.meter) this.meter = new EnergyMeter(clock, TIME_DIFF, WATTS, this.on);
    const tail = derivedHex(`${name} mac`, 6).match(/../g) ?? [];
    this.identity = {
      deviceId: `8022${derivedHex(`${name} device`, 36)}`,
      owner: derivedHex("edge-lab owner", 32),
      mac: ["74", "DA", "88", ...tail].join("-"),
    };
  }

  get on(): boolean {
    return this.#machine.power === "on";
  }

  /** Moves the relay. Idempotent: a relay that is there already does not move, and the machine does not start anew. */
  switch(on: boolean, cause: PowerCause): void {
    this.stop();
    if (this.#switchMs === 0 || cause === "button" || cause === "unplugged") this.#move(on, cause);
    else this.#pendingSwitch = this.#clock.after(this.#switchMs, () => this.#move(on, cause));
  }

  /** A relay that was told to move and has not yet stays where it is. */
  stop(): void {
    this.#pendingSwitch?.();
    this.#pendingSwitch = undefined;
  }

  set nickname(base64: string) {
    this.#nickname = base64;
  }

  /** The result of get_device_info. */
  info(): Record<string, unknown> {
    return {
      device_id: this.identity.deviceId,
      fw_ver: this.model.firmware,
      hw_ver: this.model.hardware,
      type: "SMART.TAPOPLUG",
      model: this.model.name,
      mac: this.identity.mac,
      hw_id: derivedHex(`${this.model.name} hardware`, 32),
      fw_id: "00000000000000000000000000000000",
      oem_id: derivedHex(`${this.model.name} oem`, 32),
      specs: "EU",
      device_on: this.on,
      on_time: this.on ? Math.floor((this.#clock.now() - this.#switchedOnAt) / 1000) : 0,
      ...(this.model.meter ? PROTECTED : { overheated: false }),
      nickname: this.#nickname,
      avatar: "plug",
      location: "",
      has_set_location_info: true,
      ...POSITION,
      ip: this.#ip,
      ssid: Buffer.from("edge-lab").toString("base64"),
      signal_level: 3,
      rssi: -42,
      region: "Europe/Berlin",
      time_diff: TIME_DIFF,
      lang: "en_US",
      default_states: { type: "last_states", state: {} },
    };
  }

  /** The result of get_device_usage: minutes. */
  usage(): Record<string, unknown> {
    const minutes = Math.floor((this.#clock.now() - this.#startedAt) / 60_000);
    return { time_usage: { today: minutes, past7: minutes, past30: minutes } };
  }

  /** The result of get_device_time. */
  time(): Record<string, unknown> {
    return { region: "Europe/Berlin", time_diff: TIME_DIFF, timestamp: Math.floor(this.#clock.now() / 1000) };
  }

  #move(on: boolean, cause: PowerCause): void {
    if (on === this.on) return;
    this.meter?.switched(on);
    if (on) {
      this.#switchedOnAt = this.#clock.now();
      // The machine's BIOS is set to "power on after AC loss", without which a plug can do nothing.
      this.#machine.start(cause);
    } else {
      this.#machine.become("off", cause);
    }
  }
}
