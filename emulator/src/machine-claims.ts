import type { MachineConfig } from "./config.ts";

/** What may belong to one machine only. Two machines behind one device would switch each other off. */
const UNIQUE = ["name", "uuid", "address"] as const;

/** Machines of one inventory, and what each has claimed for itself. */
export class MachineClaims {
  readonly #owners = new Map<string, string>();

  constructor(machines: readonly MachineConfig[]) {
    for (const machine of machines) this.add(machine);
  }

  add(machine: MachineConfig): void {
    for (const claim of claims(machine)) this.#owners.set(claim, machine.name);
  }

  /** What the machine would take from another one, as a mistake; undefined when there is nothing. */
  conflict(machine: MachineConfig): string | undefined {
    for (const claim of claims(machine)) {
      const owner = this.#owners.get(claim);
      const [field = "", value = ""] = claim.split("\0");
      if (owner !== undefined)
        return `${field}: repeats that of machine ${owner} (${value}); it must be unique`;
    }
    return undefined;
  }
}

function claims(machine: MachineConfig): string[] {
  return UNIQUE.flatMap((field) => (machine[field] ? [`${field}\0${machine[field]}`] : []));
}
