import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { hostNamespace } from "../../components/config/resolve/host-namespace.ts";
import { apiPaths } from "./api-paths.ts";
import { ApiRefusal, ApiUnreachable } from "./kube-api.ts";
import type { LabContext } from "./lab-context.ts";
import { LabError } from "./lab-error.ts";
import { minifiedKubeconfig } from "./minified-kubeconfig.ts";
import { secretData } from "./secret-data.ts";

/** auto: the infra cluster, or, if it does not answer, the stack. */
export type KubeconfigSource = "auto" | "infra" | "stack";

/**
 * A workload cluster's administrator kubeconfig. The infra cluster is asked first: Cluster API renews the certificate in
 * its Secret there, it is there as soon as the control plane is, and no passphrase is needed. The stack's outputs are what
 * the last `pulumi up` read, and serve when the infra cluster is away.
 *
 * @param say for notes that are not the answer.
 * @throws LabError that says what is missing: the cluster, its Secret, a stack with outputs, a passphrase.
 */
export async function clusterKubeconfig(
  lab: LabContext,
  asked: string | undefined,
  source: KubeconfigSource,
  say: (line: string) => void,
): Promise<string> {
  const cluster = chosenCluster(lab, asked);
  if (source === "stack") return fromStack(lab, cluster);
  try {
    return await fromInfra(lab, cluster);
  } catch (error) {
    if (!(error instanceof ApiUnreachable) || source === "infra") throw error;
    say(`the infra cluster does not answer (${error.message}); this is what the last pulumi up read`);
    return fromStack(lab, cluster);
  }
}

/** The infra cluster's own kubeconfig, complete in itself. */
export function infraClusterKubeconfig({ infraKubeconfig, config }: LabContext): Promise<string> {
  return minifiedKubeconfig(infraKubeconfig, config.infra.context);
}

/** Writes a secret where only its owner reads it, whatever was there before, all of it or nothing. */
export async function writeSecretFile(path: string, text: string | Uint8Array): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  try {
    await writeFile(beside, text, { mode: 0o600, flag: "wx" });
    // The mode at creation is subject to the umask.
    await chmod(beside, 0o600);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new LabError(`${path} cannot be written (${why})`, "Give --output a file in a folder of yours");
  }
}

/**
 * The cluster that was asked for, or the only one.
 * @throws LabError that lists those there are.
 */
export function chosenCluster({ config, stack }: LabContext, asked: string | undefined): string {
  const names = config.clusters.map(({ name }) => name);
  if (asked !== undefined && names.includes(asked)) return asked;
  const [only, ...others] = names;
  if (only === undefined) throw new LabError(`stack ${stack} declares no cluster`, "See edge-lab:clusters");
  if (asked === undefined && others.length === 0) return only;
  const problem = asked === undefined ? "there are several clusters" : `there is no cluster ${asked}`;
  throw new LabError(`${problem} in stack ${stack}`, `Name one of: ${names.join(", ")}`);
}

async function fromInfra(lab: LabContext, cluster: string): Promise<string> {
  let secret: unknown;
  try {
    secret = await lab.infra().find(apiPaths.kubeconfig(cluster));
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    throw new LabError(error.message, "Check the login in edge-lab:infra.kubeconfig, or use --from stack");
  }
  const text = secret === undefined ? undefined : secretData(secret, "value");
  if (text !== undefined) return text;
  throw new LabError(
    `cluster ${cluster} has no kubeconfig yet (Secret ${cluster}-kubeconfig in namespace ${hostNamespace} of the infra cluster): Cluster API writes it when it makes the control plane`,
    "Run pulumi up; lab watch shows what it waits for",
  );
}

const kubeconfigsSchema = z.record(z.string(), z.string());

async function fromStack({ pulumi, stack }: LabContext, cluster: string): Promise<string> {
  const outputs = await pulumi.outputs(stack);
  const kubeconfigs = kubeconfigsSchema.safeParse(outputs.kubeconfigs);
  if (!kubeconfigs.success) {
    throw new LabError(
      `stack ${stack} has no outputs yet`,
      `Run pulumi up --stack ${stack} to its end first`,
    );
  }
  const text = kubeconfigs.data[cluster];
  if (text?.includes("apiVersion") === true) return text;
  // What is no kubeconfig is the program's "not yet: …", which is fit to be shown.
  throw new LabError(
    `the outputs of stack ${stack} hold no kubeconfig of cluster ${cluster}${text === undefined ? "" : ` (${text})`}`,
    "Run pulumi up to its end first, or use --from infra",
  );
}
