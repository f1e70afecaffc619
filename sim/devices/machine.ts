import type { Clock } from "./clock.ts";
import type { PowerStore } from "./power-store.ts";
import type { BootRecord, MachinePower, PowerCause, PowerEvent } from "./simulated-device.ts";

/** How many starts are remembered: a lab that runs for days must not grow. */
const BOOTS_KEPT = 100;

export interface BootChoice {
  readonly source: BootRecord["source"];
  readonly settings: Readonly<Record<string, string>>;
  readonly conflict: boolean;
}

/** What the firmware boots when nobody told it anything. */
export const FIRMWARE_ORDER: BootChoice = { source: null, settings: {}, conflict: false };

/**
 * The machine behind a device, as far as a device can tell: its power and the starts of its firmware. It knows no
 * protocol; what happens after a start (PXE, an agent, an operating system) is for those who listen.
 */
export class Machine {
  readonly #device: string;
  readonly #store: PowerStore;
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: PowerEvent) => void>();
  readonly #boots: BootRecord[] = [];
  #power: MachinePower;

  constructor(device: string, store: PowerStore, clock: Clock, initial: MachinePower) {
    this.#device = device;
    this.#store = store;
    this.#clock = clock;
    this.#power = store.read(initial);
  }

  get power(): MachinePower {
    return this.#power;
  }

  get boots(): readonly BootRecord[] {
    return [...this.#boots];
  }

  onPower(listener: (event: PowerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The firmware starts: from off, or again with the power on. */
  start(cause: PowerCause, choice: BootChoice = FIRMWARE_ORDER): void {
    const boot: BootRecord = { at: this.#time(), cause, ...choice };
    this.#boots.push(boot);
    if (this.#boots.length > BOOTS_KEPT) this.#boots.shift();
    this.#become("on", cause, boot);
  }

  /** The machine goes off, to sleep, or wakes up without its firmware starting. */
  become(power: MachinePower, cause: PowerCause): void {
    this.#become(power, cause);
  }

  #become(power: MachinePower, cause: PowerCause, boot?: BootRecord): void {
    // On disk first: whoever hears of the change may be killed by it.
    if (power !== this.#power) this.#store.write(power);
    this.#power = power;
    const event: PowerEvent = {
      device: this.#device,
      power,
      cause,
      at: this.#time(),
      ...(boot ? { boot } : {}),
    };
    for (const listener of [...this.#listeners]) listener(event);
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
