import type { MachinePower } from "../power/machine-power.ts";
import type { PowerView } from "../power/power-view.ts";
import { energyKwh } from "../redfish/energy.ts";
import type { LoggedEvent } from "../store/events-table.ts";
import type { LabNews, MachineDetail, MachineRow, TimelineEvent } from "./api-types.ts";

/** What a machine's own page shows beyond its row. */
export interface DetailParts {
  readonly row: MachineRow;
  readonly view: PowerView;
  readonly lab: LabNews | undefined;
  readonly calls: MachineDetail["calls"];
  /** The newest first. */
  readonly events: readonly LoggedEvent[];
  readonly timeline: (event: LoggedEvent) => TimelineEvent;
}

/** A machine as its own page shows it. Never asks the device. */
export function machineDetail(power: MachinePower, parts: DetailParts): MachineDetail {
  const { row, view, lab, calls, events, timeline } = parts;
  const { failure, unsettled } = view;
  const since = failure?.since ?? unsettled?.at;
  const energy = energyOf(view);
  return {
    ...row,
    facts: factsOf(power),
    calls,
    events: events.map(timeline),
    ...(since !== undefined && { problemSince: since }),
    ...(lab && { lab }),
    ...(failure && { failures: failure.count }),
    ...(energy && { energy }),
  };
}

function energyOf({ energy }: PowerView): MachineDetail["energy"] {
  if (!energy) return undefined;
  const { watts, at } = energy;
  const { Reading: kWh, SensorResetTime: since } = energyKwh(energy) ?? {};
  return {
    watts,
    at,
    ...(typeof kWh === "number" && { kWh }),
    ...(typeof since === "string" && { since: Date.parse(since) }),
  };
}

function factsOf({ facts }: MachinePower): MachineDetail["facts"] {
  const {
    manufacturer,
    model,
    serialNumber,
    uuid,
    biosVersion,
    firmwareVersion,
    memoryGiB,
    processors,
    macs,
  } = facts;
  const named: readonly (readonly [string, string | undefined])[] = [
    ["Manufacturer", manufacturer],
    ["Model", model],
    ["Serial number", serialNumber],
    ["UUID", uuid],
    ["BIOS", biosVersion],
    ["Device firmware", firmwareVersion],
    ["Memory", memoryGiB === undefined ? undefined : `${memoryGiB} GiB`],
    ["Processor", processors.model],
    ["MAC addresses", macs.length > 0 ? macs.join(", ") : undefined],
  ];
  return named.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}
