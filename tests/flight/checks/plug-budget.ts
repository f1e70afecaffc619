import type { CallsRecord, FlightRecord } from "../record/flight-record.ts";

/** What a device was asked over a time. */
export interface CallsSum {
  readonly host: string;
  readonly device: "amt" | "tapo";
  readonly seconds: number;
  readonly total: number;
  readonly powerReads: number;
  readonly actions: number;
}

/** A plug may be read once in that many seconds, and asked that many times more for each power action. */
export const budget = { secondsPerRead: 30, callsPerAction: 3 } as const;

/**
 * Sums of the devices' counters from a time on. Pure. A counter that falls was begun anew (the devices' process was
 * started again): what it says then is counted from zero.
 *
 * @param records of the whole flight, by time: the last counters before `from` are where counting begins.
 */
export function callsSince(records: readonly FlightRecord[], from: number): CallsSum[] {
  const byHost = Map.groupBy(
    records.filter((record) => record.kind === "calls"),
    ({ host }) => host,
  );
  return [...byHost].flatMap(([host, all]): CallsSum[] => {
    const start = all.findLast(({ at }) => at < from);
    const counted = all.filter(({ at }) => at >= from);
    const [first] = counted;
    const last = counted.at(-1);
    if (first === undefined || last === undefined) return [];
    const grown = (field: "total" | "powerReads" | "actions"): number =>
      counted.reduce(
        ({ sum, before }, record) => ({ sum: sum + growth(before, record, field), before: record }),
        { sum: 0, before: start },
      ).sum;
    return [
      {
        host,
        device: last.device,
        seconds: (last.at - (start?.at ?? first.at)) / 1000,
        total: grown("total"),
        powerReads: grown("powerReads"),
        actions: grown("actions"),
      },
    ];
  });
}

function growth(
  before: CallsRecord | undefined,
  now: CallsRecord,
  field: "total" | "powerReads" | "actions",
): number {
  const was = before === undefined || now.total < before.total ? 0 : before[field];
  return now[field] - was;
}

/** Calls that a plug may get in a time with that many power actions: the first read is free, as the time has just begun. */
export function allowedCalls({ seconds, actions }: Pick<CallsSum, "seconds" | "actions">): number {
  return 1 + Math.floor(seconds / budget.secondsPerRead) + budget.callsPerAction * actions;
}

/** Plugs that were asked more than they may be. Pure; empty when none was. */
export function plugBudget(records: readonly FlightRecord[], from: number): string[] {
  return callsSince(records, from)
    .filter(({ device }) => device === "tapo")
    .flatMap((sum) => {
      const { host, seconds, total, powerReads, actions } = sum;
      const allowed = allowedCalls(sum);
      if (total <= allowed) return [];
      return [
        `${host} got ${total} calls (${powerReads} reads of its state) in ${seconds.toFixed(0)} s with ${actions} power actions; ${allowed} are allowed`,
      ];
    });
}
