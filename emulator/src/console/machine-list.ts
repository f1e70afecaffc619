import { z } from "zod";
import type { MachinePower } from "../power/machine-power.ts";
import type { PowerView } from "../power/power-view.ts";
import { type MachineList, type MachineRow, SHOWN, type Shown } from "./api-types.ts";

/** Machines on one page. */
const PAGE_SIZE = 50;

/** What of the list is asked for; nonsense reads as nothing asked. */
export const listQuery = z.object({
  search: z.string().max(100).catch(""),
  show: z.enum(SHOWN).catch("all"),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});
export type ListQuery = z.output<typeof listQuery>;

const byName = new Intl.Collator("en", { numeric: true }).compare;

/** One page of the machines that a search finds, in the order of their names: host-2 before host-10. */
export function machineList(
  machines: readonly MachinePower[],
  { search, show, page }: ListQuery,
  row: (power: MachinePower, view: PowerView) => MachineRow,
): MachineList {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = machines
    .filter((power) => words.every((word) => textOf(power).includes(word)))
    .map((power) => ({ power, view: power.lastView }));
  const of = (kind: Shown) => found.filter(({ view }) => kinds[kind](view));
  const listed = of(show).sort((one, other) => byName(one.power.machine.name, other.power.machine.name));
  const pages = Math.max(1, Math.ceil(listed.length / PAGE_SIZE));
  // A page that is there no more, since machines went meanwhile.
  const shown = Math.min(page, pages);
  return {
    rows: listed.slice((shown - 1) * PAGE_SIZE, shown * PAGE_SIZE).map(({ power, view }) => row(power, view)),
    page: shown,
    pages,
    found: listed.length,
    counts: {
      all: found.length,
      on: of("on").length,
      off: of("off").length,
      attention: of("attention").length,
    },
  };
}

const kinds: Readonly<Record<Shown, (view: PowerView) => boolean>> = {
  all: () => true,
  on: ({ power }) => power === "On" || power === "Paused" || power === "PoweringOn",
  off: ({ power, readAt }) => (power === "Off" && readAt !== undefined) || power === "PoweringOff",
  attention: ({ failure, unsettled }) => failure !== undefined || unsettled !== undefined,
};

function textOf({ machine: { name, driver, address }, facts }: MachinePower): string {
  return `${name} ${driver} ${address} ${facts.model ?? ""} ${facts.macs.join(" ")}`.toLowerCase();
}
