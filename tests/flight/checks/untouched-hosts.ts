import type { FlightRecord } from "../record/flight-record.ts";

/**
 * What happened to hosts that nothing was to happen to: another state or error, a new user, the power switched, the
 * firmware started anew. Pure; empty when all stayed as they were.
 *
 * @param records of the whole flight, by time: what was before `from` is what they are compared with.
 */
export function untouchedHosts(
  records: readonly FlightRecord[],
  hosts: readonly string[],
  from: number,
  power: "power too" | "states only" = "power too",
): string[] {
  const wanted = new Set(hosts);
  const before = new Map<string, string>();
  return records.flatMap((record): string[] => {
    const when = new Date(record.at).toISOString().slice(11, 19);
    if (record.kind === "power" && record.at >= from && wanted.has(record.host) && power === "power too") {
      return [
        `${record.host} ${record.on ? "was started" : "was switched off"} at ${when} (${record.cause})`,
      ];
    }
    if (record.kind !== "host" || !wanted.has(record.name)) return [];
    const now = [record.state, record.error, record.consumer ?? "nobody's"].join(", ").replace(", ,", ",");
    const was = before.get(record.name);
    before.set(record.name, now);
    if (record.at < from || was === undefined || was === now) return [];
    return [`${record.name} at ${when}: ${now} (before: ${was})`];
  });
}
