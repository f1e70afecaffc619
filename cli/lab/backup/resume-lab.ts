import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { conditions } from "../../../components/kubernetes/conditions.ts";
import { emulatorNames, labNamespace } from "../../../components/redfish-emulator/names.ts";
import { apiPaths } from "../api-paths.ts";
import { readControllers } from "../controllers.ts";
import { ApiUnreachable, type KubeApi } from "../kube-api.ts";
import type { LabContext } from "../lab-context.ts";
import { LabError } from "../lab-error.ts";
import { holds } from "./holds.ts";
import { patientWrite } from "./patient-write.ts";
import { recordPath } from "./restore-plan.ts";
import { upAfterRestore } from "./up-after-restore.ts";

export interface ResumeLabOptions {
  readonly dryRun: boolean;
  readonly say: (line: string) => void;
  /** Milliseconds. */
  readonly sleep?: (duration: number) => Promise<void>;
}

/** Milliseconds between two looks, and how many of them: baremetal-operator takes a restored status within seconds. */
const everyMs = 2_000;
const looks = 150;

/** About 40 s in all: a webhook that has just come up is not known everywhere yet. */
const tries = 18;

const heldSchema = z.object({
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ paused: z.boolean().optional() }).default({}),
  status: z.object({ provisioning: z.object({ state: z.string().default("") }).prefault({}) }).prefault({}),
});
type Held = z.output<typeof heldSchema>;

const ironicSchema = z.object({ status: z.object({ conditions }).prefault({}) });

/**
 * Lets a held lab go on, after `lab restore` and `pulumi up --refresh`, or after a hold: hosts first, and only when each has its
 * status back the clusters, whose machines look at their hosts. Can be run again.
 *
 * @returns what was let go, or would be.
 * @throws LabError when controllers or Ironic are missing, or a host does not take its status back; ApiRefusal, ApiUnreachable.
 */
export async function resumeLab(lab: LabContext, options: ResumeLabOptions): Promise<readonly string[]> {
  const { dryRun, say, sleep = (duration) => pause(duration) } = options;
  const api = lab.infra();
  const hosts = (await held(api, apiPaths.hosts)).filter(
    ({ metadata }) => metadata.annotations[holds.hostPause] !== undefined,
  );
  const clusters = (await held(api, apiPaths.clusters)).filter(({ spec }) => spec.paused === true);
  const ours = hosts.filter(({ metadata }) => metadata.annotations[holds.hostPause] === holds.hostPauseValue);
  const marked = clusters.filter(({ metadata }) => metadata.annotations[holds.clusterMark] !== undefined);
  for (const { metadata } of clusters.filter((cluster) => !marked.includes(cluster))) {
    say(`note: cluster ${metadata.name} stays paused: somebody else paused it`);
  }
  const names = [
    ...ours.map(({ metadata }) => `host ${metadata.name}`),
    ...marked.map(({ metadata }) => `cluster ${metadata.name}`),
  ];
  await requireControllers(lab, api);
  if (dryRun) return names;
  const change = (path: string, patch: object): Promise<void> =>
    patientWrite(() => api.patch(path, patch), {
      tries,
      passes: (error) => error instanceof ApiUnreachable,
      sleep,
    });
  for (const { metadata } of ours) {
    await change(`${apiPaths.hosts}/${metadata.name}`, {
      metadata: { annotations: { [holds.hostPause]: null } },
    });
    say(`host ${metadata.name} is let go`);
  }
  await awaitStatus(api, new Set(ours.map(({ metadata }) => metadata.name)), sleep);
  for (const { metadata } of marked) {
    await change(`${apiPaths.clusters}/${metadata.name}`, {
      metadata: { annotations: { [holds.clusterMark]: null } },
      spec: { paused: null },
    });
    say(`cluster ${metadata.name} is let go`);
  }
  await api.remove(`/api/v1/namespaces/${labNamespace}/secrets/${emulatorNames.seed}`);
  await api.remove(recordPath);
  return names;
}

async function held(api: KubeApi, path: string): Promise<Held[]> {
  return (await api.list(path)).map((item) => heldSchema.parse(item));
}

/** Without them nothing would act on what is let go; half of them would act on half of what it means. */
async function requireControllers({ config }: LabContext, api: KubeApi): Promise<void> {
  const { states, namespaces } = await readControllers(api, config.manifests);
  const missing = [
    ...namespaces.filter((namespace) => !states.some((state) => state.namespace === namespace)),
    ...states.flatMap(({ namespace, name, available }) => (available ? [] : [`${namespace}/${name}`])),
  ];
  const ironic = await api.find(apiPaths.ironic);
  const ready = ironicSchema.safeParse(ironic).data?.status.conditions.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") missing.push("Ironic");
  if (missing.length === 0) return;
  throw new LabError(
    `not all of the lab runs yet, so nothing is let go: ${missing.join(", ")}`,
    `Run ${upAfterRestore} to its end first, then lab resume again`,
  );
}

/** baremetal-operator moves the status from the annotation to its place, and takes the annotation away. */
async function awaitStatus(
  api: KubeApi,
  names: ReadonlySet<string>,
  sleep: (duration: number) => Promise<void>,
): Promise<void> {
  for (let left = looks; ; left--) {
    const waiting = (await held(api, apiPaths.hosts)).filter(
      ({ metadata, status }) =>
        names.has(metadata.name) &&
        (metadata.annotations[holds.hostStatus] !== undefined || status.provisioning.state === ""),
    );
    if (waiting.length === 0) return;
    if (left === 0) {
      throw new LabError(
        `baremetal-operator has not taken the status of ${waiting.map(({ metadata }) => metadata.name).join(", ")} back, so clusters stay paused`,
        "See lab logs bmo, then run lab resume again",
      );
    }
    await sleep(everyMs);
  }
}
