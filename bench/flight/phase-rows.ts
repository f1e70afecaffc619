import type { FlightRecord } from "../../tests/flight/record/flight-record.ts";
import { type HostPhase, phaseNames } from "./host-phases.ts";
import { median } from "./median.ts";

type Device = "amt" | "tapo";

/** What hosts of one kind of device spent in a phase, all stretches of it together; hosts that never were in it count as 0. */
export interface PhaseTime {
  readonly hosts: number;
  readonly medianSeconds: number;
  readonly longestSeconds: number;
}

export interface PhaseRow {
  readonly phase: string;
  readonly devices: Readonly<Partial<Record<Device, PhaseTime>>>;
  /** Of all hosts' time until they were provisioned; undefined for what goes on beside it. */
  readonly share?: number;
}

/**
 * Where the hosts' time went, a row a phase, and two more for what comes after and beside: cloud-init with kubeadm, and from
 * provisioned to a Machine that is Running. Phases in which nobody was are left out. Pure.
 *
 * @param records of the same time, by time.
 */
export function phaseRows(phases: readonly HostPhase[], records: readonly FlightRecord[]): PhaseRow[] {
  const kinds = new Map<string, Device>();
  for (const record of records) if (record.kind === "calls") kinds.set(record.host, record.device);
  const hosts = [...new Set(phases.map(({ host }) => host))];
  const all = phases.reduce((sum, { from, to }) => sum + to - from, 0);
  const rows = phaseNames.flatMap((name): PhaseRow[] => {
    const own = phases.filter(({ phase }) => phase === name);
    if (own.length === 0) return [];
    const spent = new Map(hosts.map((host) => [host, 0]));
    for (const { host, from, to } of own) spent.set(host, (spent.get(host) ?? 0) + to - from);
    const share = own.reduce((sum, { from, to }) => sum + to - from, 0) / all;
    return [{ phase: name, devices: byDevice(spent, kinds), share }];
  });
  const beside = [
    { phase: "cloud-init with kubeadm", spent: systemStarts(records) },
    { phase: "provisioned, until its Machine is Running", spent: nodeWaits(phases, records) },
  ];
  return [
    ...rows,
    ...beside
      .filter(({ spent }) => spent.size > 0)
      .map(({ phase, spent }) => ({ phase, devices: byDevice(spent, kinds) })),
  ];
}

function byDevice(
  spent: ReadonlyMap<string, number>,
  kinds: ReadonlyMap<string, Device>,
): PhaseRow["devices"] {
  const times = (device: Device): PhaseTime | undefined => {
    const seconds = [...spent].flatMap(([host, ms]) => (kinds.get(host) === device ? [ms / 1000] : []));
    if (seconds.length === 0) return undefined;
    return { hosts: seconds.length, medianSeconds: median(seconds), longestSeconds: Math.max(...seconds) };
  };
  const [amt, tapo] = [times("amt"), times("tapo")];
  return { ...(amt ? { amt } : {}), ...(tapo ? { tapo } : {}) };
}

/** First start of each installed system: from cloud-init's begin to its end, by host. */
function systemStarts(records: readonly FlightRecord[]): Map<string, number> {
  const began = new Map<string, number>();
  const spent = new Map<string, number>();
  for (const record of records) {
    if (record.kind !== "event" || spent.has(record.host)) continue;
    if (record.what === "system configuring") began.set(record.host, record.at);
    const at = began.get(record.host);
    if (record.what === "system running" && at !== undefined) spent.set(record.host, record.at - at);
  }
  return spent;
}

/** By host; a Machine that was Running before its host was provisioned counts as 0. */
function nodeWaits(phases: readonly HostPhase[], records: readonly FlightRecord[]): Map<string, number> {
  const provisioned = new Map<string, number>();
  for (const { host, to } of phases) provisioned.set(host, Math.max(to, provisioned.get(host) ?? 0));
  const consumers = new Map<string, string>();
  const spent = new Map<string, number>();
  for (const record of records) {
    if (record.kind === "host" && record.consumer !== null) consumers.set(record.consumer, record.name);
    if (record.kind !== "machine" || record.phase !== "Running") continue;
    const host = consumers.get(record.infra);
    const at = host === undefined ? undefined : provisioned.get(host);
    if (host === undefined || at === undefined || spent.has(host)) continue;
    spent.set(host, Math.max(0, record.at - at));
  }
  return spent;
}
