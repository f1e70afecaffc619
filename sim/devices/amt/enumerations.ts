import type { CimInstance } from "./cim-class.ts";
import { WsmanFault } from "./wsman-fault.ts";

/** Enumerations that nobody pulls to the end must not pile up. */
const OPEN_KEPT = 16;

interface OpenEnumeration {
  readonly resourceUri: string;
  readonly items: readonly CimInstance[];
}

/** The enumerations that are open, by their context; a context is good for one Pull. */
export class Enumerations {
  readonly #open = new Map<string, OpenEnumeration>();
  #made = 0;

  /** @returns the context. */
  begin(resourceUri: string, items: readonly CimInstance[]): string {
    this.#made += 1;
    const number = this.#made.toString(16).toUpperCase().padStart(4, "0");
    const context = `${number}0000-0000-0000-0000-000000000000`;
    this.#open.set(context, { resourceUri, items });
    const oldest = this.#open.keys().next();
    if (this.#open.size > OPEN_KEPT && !oldest.done) this.#open.delete(oldest.value);
    return context;
  }

  /** The next items, and the context of the rest if there is one. @throws WsmanFault for a context that is not open. */
  pull(context: string, resourceUri: string, most: number): { items: readonly CimInstance[]; rest?: string } {
    const open = this.#open.get(context);
    if (open === undefined || open.resourceUri !== resourceUri) throw WsmanFault.invalidEnumerationContext();
    this.#open.delete(context);
    const items = open.items.slice(0, most);
    const left = open.items.slice(most);
    return left.length === 0 ? { items } : { items, rest: this.begin(resourceUri, left) };
  }

  /** @throws WsmanFault for a context that is not open. */
  release(context: string): void {
    if (!this.#open.delete(context)) throw WsmanFault.invalidEnumerationContext();
  }
}
