import type { LabContext } from "../lab-context.ts";
import { LabError } from "../lab-error.ts";
import { diagnose, type FoundCause, type Subject } from "./diagnose.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { conditionOf, type Scene } from "./scene.ts";
import type { LabSnapshot } from "./snapshot.ts";

/** One machine with all that it hangs on, as it is; null where there is nothing or nothing was seen. */
export interface ChainLine {
  readonly machine: string | null;
  readonly phase: string | null;
  readonly host: string | null;
  /** Metal3's provisioning state. */
  readonly state: string | null;
  /** Ironic's provision state. */
  readonly ironic: string | null;
  readonly power: string | null;
  /** OK, Warning or Critical. */
  readonly device: string | null;
}

export interface WhyReport {
  readonly subject: string;
  /** The first thing that is wrong; null when nothing is. */
  readonly cause: FoundCause | null;
  readonly also: readonly FoundCause[];
  readonly clusters: readonly {
    readonly cluster: string;
    readonly available: string;
    readonly says: string;
  }[];
  readonly chains: readonly ChainLine[];
  /** What could not be looked at, and why. */
  readonly notSeen: readonly string[];
}

/**
 * What is wrong with a host, a cluster or, without a name, the lab.
 *
 * @param patienceMinutes that a step may take before it counts as stuck.
 * @throws LabError for a name that nobody knows; ApiRefusal, ApiUnreachable.
 */
export async function why(
  lab: LabContext,
  name: string | undefined,
  patienceMinutes: number,
): Promise<WhyReport> {
  const snapshot = await readSnapshot(lab, patienceMinutes * 60_000);
  const subject = subjectOf(snapshot, name);
  const { causes, clusters, chains } = diagnose(snapshot, subject);
  const [cause = null, ...also] = causes;
  return {
    subject: subject.kind === "lab" ? "lab" : `${subject.kind} ${subject.name}`,
    cause,
    also,
    clusters: clusters.map(clusterLine),
    chains: chains.map(chainLine),
    notSeen: notSeen(snapshot),
  };
}

function subjectOf(lab: LabSnapshot, name: string | undefined): Subject {
  if (name === undefined) return { kind: "lab" };
  const clusters = [...lab.declared.clusters, ...lab.clusters.map(({ metadata }) => metadata.name)];
  const hosts = [...lab.declared.hosts, ...lab.hosts.map(({ metadata }) => metadata.name)];
  if (clusters.includes(name)) return { kind: "cluster", name };
  if (hosts.includes(name)) return { kind: "host", name };
  const known = [...new Set([...clusters, ...hosts])].join(", ") || "none";
  throw new LabError(`neither a host nor a cluster is called ${name}`, `There are: ${known}`);
}

function clusterLine({ clusterName = "", cluster }: Scene): WhyReport["clusters"][number] {
  const available = conditionOf(cluster, "Available");
  return {
    cluster: clusterName,
    available: cluster === undefined ? "not there" : (available?.status ?? "not reported"),
    says: available?.message ?? "",
  };
}

function chainLine({ machine, hostName, host, node, system }: Scene): ChainLine {
  return {
    machine: machine?.metadata.name ?? null,
    phase: machine?.status.phase ?? null,
    host: hostName ?? null,
    state: host === undefined ? null : host.status.provisioning.state || "not registered yet",
    ironic: node?.provisionState ?? null,
    power: system?.power ?? null,
    device: system?.health ?? null,
  };
}

function notSeen({ ironic, emulator }: LabSnapshot): string[] {
  return [
    ...(ironic.state === "unreachable" ? [`Ironic, and what only it knows (${ironic.problem})`] : []),
    ...(emulator.state === "unreachable"
      ? [`the emulator and the devices behind it (${emulator.problem})`]
      : []),
  ];
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** The report for people. What an object says is shown as it says it, line breaks and all. */
export function whyText(report: WhyReport): string {
  const { cause, also } = report;
  const walk = [
    ...report.clusters.map(({ cluster, available, says }) =>
      oneLine(`cluster ${cluster}: Available ${available}${says === "" ? "" : `, ${says}`}`),
    ),
    ...report.chains.map(chainText),
  ];
  const unseen = report.notSeen.map((what) => `not looked at: ${what}`);
  if (cause === null) return [...walk, ...unseen, "", `Nothing is wrong with ${report.subject}.`].join("\n");
  const indented = (text: string): string => text.trim().replaceAll("\n", "\n         ");
  return [
    ...walk,
    ...unseen,
    "",
    `WRONG    ${cause.at}  (${cause.id})`,
    `it says  ${indented(cause.said)}`,
    `meaning  ${cause.means}`,
    `fix      ${cause.fix}`,
    ...(also.length === 0 ? [] : ["", "also:"]),
    ...also.map(({ at, id, said }) => `  ${at}  (${id}): ${oneLine(said)}`),
  ].join("\n");
}

/** From the machine down to the device, what is not there left out. */
function chainText({ machine, phase, host, state, ironic, power, device }: ChainLine): string {
  const steps = [
    machine === null ? [] : [`machine ${machine} ${phase}`],
    host === null ? (machine === null ? [] : ["no host"]) : [`host ${host} ${state ?? "not there"}`],
    ironic === null ? [] : [`Ironic ${ironic}`],
    power === null ? [] : [`device ${device}, power ${power}`],
  ].flat();
  return `  ${steps.join(" > ")}`;
}
