import { z } from "zod";
import type { HostConfig } from "../../components/config/host.ts";
import { hostErrorHint } from "../../components/workload-cluster/host-error-hint.ts";
import type { SystemReport } from "./emulator-client.ts";

const hostSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ consumerRef: z.object({ name: z.string() }).optional() }).prefault({}),
  status: z
    .object({
      provisioning: z.object({ state: z.string().default("") }).prefault({}),
      poweredOn: z.boolean().optional(),
      errorType: z.string().default(""),
      errorMessage: z.string().default(""),
    })
    .prefault({}),
});
type Host = z.output<typeof hostSchema>;

const machineSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ clusterName: z.string(), infrastructureRef: z.object({ name: z.string() }) }),
});

/** One host as `lab hosts` shows it; null where nothing is known or nothing is to be said. */
export interface HostRow {
  readonly host: string;
  readonly driver: string | null;
  /** On, Off, … */
  readonly power: string | null;
  /** Who said so: the emulator, or what Metal3 last saw. */
  readonly powerFrom: "emulator" | "metal3" | null;
  /** Metal3's provisioning state. */
  readonly state: string;
  readonly cluster: string | null;
  readonly machine: string | null;
  readonly error: string | null;
  readonly hint: string | null;
}

export interface HostSources {
  readonly declared: readonly Pick<HostConfig, "name" | "driver">[];
  /** metal3.io/v1alpha1 BareMetalHosts. */
  readonly hosts: readonly unknown[];
  /** cluster.x-k8s.io/v1beta2 Machines. */
  readonly machines: readonly unknown[];
  /** By host, of those that the emulator told of. */
  readonly systems: ReadonlyMap<string, SystemReport>;
}

/**
 * Declared hosts in the order of the configuration, then those that only the infra cluster knows. Pure.
 * @throws ZodError when the objects are not of that form.
 */
export function hostRows({ declared, hosts, machines, systems }: HostSources): HostRow[] {
  const byName = new Map(
    hosts.map((item) => hostSchema.parse(item)).map((host) => [host.metadata.name, host]),
  );
  const users = new Map(
    machines
      .map((item) => machineSchema.parse(item))
      .map(({ metadata, spec }) => [
        // CAPM3 takes a host for a Metal3Machine, which the Machine names.
        spec.infrastructureRef.name,
        { machine: metadata.name, cluster: spec.clusterName },
      ]),
  );
  const drivers = new Map(declared.map(({ name, driver }) => [name, driver]));
  const names = new Set([...drivers.keys(), ...[...byName.keys()].sort()]);
  return [...names].map((name): HostRow => {
    const host = byName.get(name);
    const system = systems.get(name);
    const consumer = host?.spec.consumerRef?.name;
    const user = consumer === undefined ? undefined : users.get(consumer);
    return {
      host: name,
      driver: drivers.get(name) ?? null,
      ...powerOf(host, system),
      state: host === undefined ? "not there" : host.status.provisioning.state || "not registered yet",
      cluster: user?.cluster ?? null,
      machine: user?.machine ?? consumer ?? null,
      ...troubleOf(host, system, drivers.has(name)),
    };
  });
}

function powerOf(
  host: Host | undefined,
  system: SystemReport | undefined,
): Pick<HostRow, "power" | "powerFrom"> {
  if (system !== undefined) return { power: system.power, powerFrom: "emulator" };
  const seen = host?.status.poweredOn;
  return seen === undefined
    ? { power: null, powerFrom: null }
    : { power: seen ? "On" : "Off", powerFrom: "metal3" };
}

function troubleOf(
  host: Host | undefined,
  system: SystemReport | undefined,
  isDeclared: boolean,
): Pick<HostRow, "error" | "hint"> {
  if (host === undefined) return { error: "the infra cluster does not know it", hint: "run pulumi up" };
  const { errorType, errorMessage } = host.status;
  if (errorType !== "" || errorMessage !== "") {
    const error = [errorType, errorMessage].filter((part) => part !== "").join(": ");
    return { error, hint: hostErrorHint(errorMessage) ?? null };
  }
  // The device's own trouble comes minutes before Metal3 tells of it.
  const [first] = system?.conditions ?? [];
  if (first !== undefined) return { error: first.message, hint: first.resolution || null };
  if (!isDeclared) return { error: "it is not in the configuration", hint: "pulumi up takes it away" };
  return { error: null, hint: null };
}
