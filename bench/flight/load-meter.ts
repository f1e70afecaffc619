import { availableParallelism, loadavg } from "node:os";

/** How busy the machine was, without which seconds say little. */
export interface Load {
  readonly cores: number;
  /** Load averages over one minute: before anything was started, their mean over the measurement, their highest. */
  readonly before: number;
  readonly mean: number;
  readonly highest: number;
}

const EVERY_MS = 5_000;

/** Looks at the machine's load while something is measured. */
export class LoadMeter {
  readonly #look: () => number;
  readonly #seen: number[];
  #timer: NodeJS.Timeout | undefined;

  /** @param look what the load is now; the machine's own if left out. */
  constructor(look: () => number = () => loadavg()[0] ?? 0) {
    this.#look = look;
    this.#seen = [look()];
  }

  start(): void {
    this.#timer = setInterval(() => this.note(), EVERY_MS);
  }

  note(): void {
    this.#seen.push(this.#look());
  }

  stop(): Load {
    clearInterval(this.#timer);
    this.note();
    const [before = 0, ...during] = this.#seen;
    const sum = during.reduce((all, one) => all + one, 0);
    return {
      cores: availableParallelism(),
      before,
      mean: sum / during.length,
      highest: Math.max(...during),
    };
  }
}
