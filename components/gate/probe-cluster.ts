import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";

/**
 * What asking a cluster for its version gave; if it did not answer, why, in words for the person at the keyboard.
 * `final`: asking again gives the same, since the kubeconfig is what is wrong.
 */
export type ClusterProbe =
  | { readonly reachable: true; readonly server: string }
  | { readonly reachable: false; readonly reason: string; readonly final: boolean };

interface Named {
  readonly name?: unknown;
}
interface Kubeconfig {
  readonly "current-context"?: unknown;
  readonly contexts?: readonly (Named & { readonly context?: { readonly cluster?: unknown } })[];
  readonly clusters?: readonly (Named & { readonly cluster?: ClusterEntry })[];
}
interface ClusterEntry {
  readonly server?: unknown;
  readonly "certificate-authority-data"?: unknown;
  readonly "certificate-authority"?: unknown;
  readonly "insecure-skip-tls-verify"?: unknown;
  readonly "tls-server-name"?: unknown;
}

/**
 * Asks the cluster of a kubeconfig for its version, without logging in: any answer means that it is there. It reads the
 * kubeconfig itself, since the Kubernetes client costs a third of a second in every preview.
 *
 * @param kubeconfig absolute path.
 * @param context the file's current context if left out.
 * @param timeOut milliseconds in all.
 */
export async function probeCluster(
  kubeconfig: string,
  context?: string,
  timeOut = 3000,
): Promise<ClusterProbe> {
  let cluster: Cluster;
  try {
    cluster = await clusterOf(kubeconfig, context);
  } catch (error) {
    return { reachable: false, reason: messageOf(error), final: true };
  }
  try {
    await answers(cluster, dirname(kubeconfig), timeOut);
    return { reachable: true, server: cluster.server };
  } catch (error) {
    return { reachable: false, reason: messageOf(error), final: false };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Cluster {
  readonly server: string;
  readonly entry: ClusterEntry;
}

async function clusterOf(path: string, wanted: string | undefined): Promise<Cluster> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === "ENOENT" ? `there is no kubeconfig ${path}` : `${path}: ${error.message}`);
  });
  const file = (parse(text) ?? {}) as Kubeconfig;
  const name = wanted ?? file["current-context"];
  const contexts = file.contexts ?? [];
  const context = contexts.find((one) => one.name === name)?.context;
  if (!context) {
    const known = contexts.map((one) => String(one.name)).join(", ") || "none";
    throw new Error(`${path} has no context ${String(name)}; it has: ${known}`);
  }
  const entry = file.clusters?.find((one) => one.name === context.cluster)?.cluster;
  if (typeof entry?.server !== "string")
    throw new Error(`${path}: context ${String(name)} names no cluster with a server`);
  return { server: entry.server, entry };
}

async function answers({ server, entry }: Cluster, folder: string, timeOut: number): Promise<void> {
  const url = new URL("version", `${server.replace(/\/+$/, "")}/`);
  const signal = AbortSignal.timeout(timeOut);
  const caFile = entry["certificate-authority"];
  const caData = entry["certificate-authority-data"];
  let ca: Buffer | undefined;
  if (typeof caData === "string") ca = Buffer.from(caData, "base64");
  else if (typeof caFile === "string") ca = await readFile(resolve(folder, caFile));
  const serverName = entry["tls-server-name"];
  await new Promise<void>((done, fail) => {
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(
      url,
      {
        signal,
        ca,
        agent: false,
        rejectUnauthorized: entry["insecure-skip-tls-verify"] !== true,
        ...(typeof serverName === "string" ? { servername: serverName } : {}),
      },
      (response) => {
        response.resume();
        done();
      },
    );
    request.on("error", (error) => {
      const why = signal.aborted ? `no answer within ${timeOut / 1000} s` : error.message || String(error);
      fail(new Error(`${url.origin}: ${why}`));
    });
    request.end();
  });
}
