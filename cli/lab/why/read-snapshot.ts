import { z } from "zod";
import { checkIronic } from "../../../components/metal3/check-ironic.ts";
import { ironicEndpoint } from "../../../components/metal3/ironic-endpoint.ts";
import { inParallel } from "../../../components/parallel/in-parallel.ts";
import { apiPaths } from "../api-paths.ts";
import { readControllers } from "../controllers.ts";
import { failureFinding } from "../doctor/patient.ts";
import { EmulatorClient, EmulatorFailure, type SystemReport } from "../emulator-client.ts";
import { ironicNodes } from "../ironic-nodes.ts";
import type { KubeApi } from "../kube-api.ts";
import type { LabContext } from "../lab-context.ts";
import { secretData } from "../secret-data.ts";
import { objects } from "./objects.ts";
import type { LabSnapshot } from "./snapshot.ts";

/** Different devices are asked side by side; the emulator itself asks each one call at a time. */
const atOnce = 8;

const authoritySchema = z.object({ data: z.object({ "ca.crt": z.string() }) });

/**
 * Looks once at everything that a cause may be found in.
 *
 * @param patience milliseconds that a step may take before it counts as stuck.
 * @throws ApiRefusal, ApiUnreachable or LabError when the infra cluster cannot be read. Ironic and emulator may be away:
 * then the snapshot says so.
 */
export async function readSnapshot(lab: LabContext, patience: number): Promise<LabSnapshot> {
  const api = lab.infra();
  const { config } = lab;
  const read = async <Item extends z.ZodType>(path: string, item: Item): Promise<z.output<Item>[]> =>
    (await api.list(path)).map((one) => item.parse(one));
  const [clusters, machines, metal3Machines, hosts, healthChecks, controllers, ironicObject] =
    await Promise.all([
      read(apiPaths.clusters, objects.cluster),
      read(apiPaths.machines, objects.machine),
      read(apiPaths.metal3Machines, objects.metal3Machine),
      read(apiPaths.hosts, objects.host),
      read(apiPaths.healthChecks, objects.conditioned),
      readControllers(api, config.manifests),
      api.find(apiPaths.ironic),
    ]);
  const ready =
    ironicObject === undefined
      ? null
      : (objects.conditioned.parse(ironicObject).status.conditions.find(({ type }) => type === "Ready") ?? {
          status: "Unknown",
          reason: "",
          message: "",
        });
  const declared = {
    hosts: config.hosts.map(({ name }) => name),
    clusters: config.clusters.map(({ name }) => name),
  };
  const names = [...new Set([...declared.hosts, ...hosts.map(({ metadata }) => metadata.name)])];
  const [ironic, emulator] = await Promise.all([readIronic(lab, api), readEmulator(lab, api, names)]);
  return {
    now: Date.now(),
    patience,
    declared,
    controllers: controllers.states,
    controllerNamespaces: controllers.namespaces,
    ironicReady: ready,
    ...ironic,
    ...emulator,
    clusters,
    machines,
    metal3Machines,
    hosts,
    healthChecks,
  };
}

async function readIronic(
  { config }: LabContext,
  api: KubeApi,
): Promise<Pick<LabSnapshot, "ironic" | "ironicNodes">> {
  const [secret, authority] = await Promise.all([
    api.find(apiPaths.ironicLogin),
    api.find(apiPaths.authority),
  ]);
  const ca = authoritySchema.safeParse(authority);
  const username = secret === undefined ? undefined : secretData(secret, "username");
  const password = secret === undefined ? undefined : secretData(secret, "password");
  if (!ca.success || username === undefined || password === undefined) {
    return {
      ironic: { state: "unreachable", problem: "its Secret ironic-api or ConfigMap edge-lab-ca is missing" },
      ironicNodes: new Map(),
    };
  }
  const login = { endpoint: ironicEndpoint(config), username, password, caPem: ca.data.data["ca.crt"] };
  const ironic = await checkIronic(login);
  if (ironic.state !== "ok") return { ironic, ironicNodes: new Map() };
  try {
    return { ironic, ironicNodes: await ironicNodes(login) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ironic: { state: "unreachable", problem }, ironicNodes: new Map() };
  }
}

async function readEmulator(
  lab: LabContext,
  api: KubeApi,
  names: readonly string[],
): Promise<Pick<LabSnapshot, "emulator" | "systems">> {
  const systems = new Map<string, SystemReport | null>();
  try {
    const client = await EmulatorClient.of(lab, api);
    if (client === undefined) {
      const problem = "its Secret redfish-emulator-credentials or ConfigMap edge-lab-ca is missing";
      return { emulator: { state: "unreachable", problem }, systems };
    }
    // First alone, so that an emulator that is away or refuses the login is asked once and not for each host.
    await client.systemCount();
    await inParallel(names, atOnce, async (name) => {
      systems.set(name, (await client.system(name)) ?? null);
    });
    return { emulator: { state: "ok" }, systems };
  } catch (error) {
    if (!(error instanceof EmulatorFailure)) throw error;
    const { kind: state, message: problem } = error;
    if (state === "unreachable") return { emulator: { state, problem }, systems };
    const finding = failureFinding(error);
    return { emulator: { state, problem, fix: finding.status === "ok" ? "" : finding.fix }, systems };
  }
}
