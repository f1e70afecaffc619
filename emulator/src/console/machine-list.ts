import { z } from "zod";
import type { HostStory } from "../kubernetes/lab-view.ts";
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

interface Found {
  readonly power: MachinePower;
  readonly view: PowerView;
  readonly story: HostStory | undefined;
}

/** How a machine is shown, and what Kubernetes tells of it by its name. */
export interface ListSources {
  readonly row: (power: MachinePower, view: PowerView) => MachineRow;
  readonly story: (name: string) => HostStory | undefined;
}

/** One page of the machines that a search finds, in the order of their names: host-2 before host-10. */
export function machineList(
  machines: readonly MachinePower[],
  { search, show, page }: ListQuery,
  { row, story }: ListSources,
): MachineList {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = machines
    .map((power): Found => ({ power, view: power.lastView, story: story(power.machine.name) }))
    .filter((one) => words.length === 0 || fits(textOf(one), words));
  const of = (kind: Shown) => found.filter(kinds[kind]);
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

const kinds: Readonly<Record<Shown, (found: Found) => boolean>> = {
  all: () => true,
  on: ({ view: { power } }) => power === "On" || power === "Paused" || power === "PoweringOn",
  off: ({ view: { power, readAt } }) => (power === "Off" && readAt !== undefined) || power === "PoweringOff",
  attention: ({ view: { failure, unsettled }, story }) =>
    failure !== undefined || unsettled !== undefined || story?.host.error !== undefined,
};

function fits(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

function textOf({ power: { machine, facts }, story }: Found): string {
  const { name, driver, address } = machine;
  const { host, machine: taken } = story ?? {};
  const told = [host?.state, taken?.name, taken?.cluster, taken?.node, taken?.version];
  return [name, driver, address, facts.model, ...facts.macs, ...told].join(" ").toLowerCase();
}
