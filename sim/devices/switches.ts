import { z } from "zod";

/**
 * The switchable faults of one device: a value per name, all with defaults. Replaced as a whole, so that a test that
 * sets one fault is not influenced by an earlier one.
 */
export class Switches<Faults extends Record<string, unknown>> {
  readonly #device: string;
  readonly #schema: z.ZodType<Faults>;
  #current: Faults;

  constructor(device: string, schema: z.ZodType<Faults>, initial: unknown = {}) {
    this.#device = device;
    this.#schema = schema;
    this.#current = this.#parse(initial);
  }

  get current(): Readonly<Faults> {
    return this.#current;
  }

  /** @throws Error naming every fault that is unknown or has a wrong value. */
  replace(faults: unknown): void {
    this.#current = this.#parse(faults);
  }

  /** Changes some of them, as a device does whose own fault has ended. */
  change(faults: Partial<Faults>): void {
    this.#current = { ...this.#current, ...faults };
  }

  #parse(faults: unknown): Faults {
    const result = this.#schema.safeParse(faults);
    if (result.success) return result.data;
    throw new Error(`device ${this.#device}: faults: ${z.prettifyError(result.error)}`);
  }
}
