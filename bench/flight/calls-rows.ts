import { allowedCalls, callsSince } from "../../tests/flight/checks/plug-budget.ts";
import type { FlightRecord } from "../../tests/flight/record/flight-record.ts";
import { median } from "./median.ts";

/** What the devices of one kind were asked; medians over them, and the one that was asked most. */
export interface CallsRow {
  readonly device: "amt" | "tapo";
  readonly hosts: number;
  readonly medianCalls: number;
  readonly mostCalls: number;
  readonly medianPowerReads: number;
  readonly medianActions: number;
  /** Of the calls that a plug's budget allows in that time, of the one that was nearest to it; undefined for AMT, which has none. */
  readonly budgetUsed?: number;
}

/** A row for each kind of device, by the devices' own counters. Pure. @param records by time. */
export function callsRows(records: readonly FlightRecord[], from: number): CallsRow[] {
  const sums = callsSince(records, from);
  return (["amt", "tapo"] as const).flatMap((device): CallsRow[] => {
    const own = sums.filter((sum) => sum.device === device);
    if (own.length === 0) return [];
    const row = {
      device,
      hosts: own.length,
      medianCalls: median(own.map(({ total }) => total)),
      mostCalls: Math.max(...own.map(({ total }) => total)),
      medianPowerReads: median(own.map(({ powerReads }) => powerReads)),
      medianActions: median(own.map(({ actions }) => actions)),
    };
    if (device === "amt") return [row];
    return [{ ...row, budgetUsed: Math.max(...own.map((sum) => sum.total / allowedCalls(sum))) }];
  });
}
