import type { Clock } from "../clock.ts";
import { derivedHex } from "../derived-hex.ts";
import type { Machine } from "../machine.ts";
import type { PowerCause } from "../simulated-device.ts";

export interface PlugIdentity {
  readonly deviceId: string;
  readonly owner: string;
  /** The plug's own address, not one of the machine's: 74-DA-88-.. with dashes, upper case. */
  readonly mac: string;
}

/** Degrees times 10^4, as a plug tells them. */
const POSITION = { latitude: 525_200, longitude: 134_050 };

/**
 * A P100, hardware 1.0, firmware 1.4.0 Build 20231017: its relay and what it says of itself (python-kasa's fixture of
 * it).
 */
export class PlugState {
  readonly identity: PlugIdentity;
  readonly #machine: Machine;
  readonly #clock: Clock;
  readonly #ip: string;
  readonly #switchMs: number;
  readonly #startedAt: number;
  #nickname: string;
  #switchedOnAt: number;
  #pendingSwitch: (() => void) | undefined;

  constructor(name: string, ip: string, machine: Machine, clock: Clock, switchMs: number) {
    this.#machine = machine;
    this.#clock = clock;
    this.#ip = ip;
    this.#switchMs = switchMs;
    this.#nickname = Buffer.from(name).toString("base64");
    this.#startedAt = clock.now();
    this.#switchedOnAt = clock.now();
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
    this.#pendingSwitch?.();
    this.#pendingSwitch = undefined;
    if (this.#switchMs === 0 || cause === "button") this.#move(on, cause);
    else this.#pendingSwitch = this.#clock.after(this.#switchMs, () => this.#move(on, cause));
  }

  set nickname(base64: string) {
    this.#nickname = base64;
  }

  /** The result of get_device_info. */
  info(): Record<string, unknown> {
    return {
      device_id: this.identity.deviceId,
      fw_ver: "1.4.0 Build 20231017 Rel.35202",
      hw_ver: "1.0.0",
      type: "SMART.TAPOPLUG",
      model: "P100",
      mac: this.identity.mac,
      hw_id: derivedHex("P100 hardware", 32),
      fw_id: "00000000000000000000000000000000",
      oem_id: derivedHex("P100 oem", 32),
      specs: "EU",
      device_on: this.on,
      on_time: this.on ? Math.floor((this.#clock.now() - this.#switchedOnAt) / 1000) : 0,
      overheated: false,
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
      time_diff: 60,
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
    return { region: "Europe/Berlin", time_diff: 60, timestamp: Math.floor(this.#clock.now() / 1000) };
  }

  #move(on: boolean, cause: PowerCause): void {
    if (on === this.on) return;
    if (on) {
      this.#switchedOnAt = this.#clock.now();
      // The machine's BIOS is set to "power on after AC loss", without which a plug can do nothing.
      this.#machine.start(cause);
    } else {
      this.#machine.become("off", cause);
    }
  }
}
