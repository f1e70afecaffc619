import { setTimeout as pause } from "node:timers/promises";
import { ApiException, CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { urlHost } from "../../components/http/url-host.ts";
import { ImageError } from "../description/image-error.ts";
import { ImageStore, StoreRefusal } from "./image-store.ts";
import { writerIdentity } from "./writer-identity.ts";
import { type WriterPlace, writerFiles, writerName, writerPod } from "./writer-objects.ts";

export interface SessionOptions {
  readonly say: (line: string) => void;
  /** Milliseconds until the pod runs, images pulled; 10 minutes if left out. */
  readonly startTimeOut?: number;
  /** Milliseconds between two looks; 1000 if left out. */
  readonly poll?: number;
  readonly signal?: AbortSignal | undefined;
}

/** How long a Ready writer may take to be reached. */
const reachableMs = 60_000;

/**
 * Runs `work` with a writer that lives as long as it does: a pod with a certificate and a token of its own. What an earlier
 * session has left behind is removed first.
 *
 * @throws ImageError when the pod does not come to run, with the reason that Kubernetes gives; otherwise what `work` throws.
 */
export async function withWriter<Result>(
  kubeconfig: KubeConfig,
  place: WriterPlace,
  options: SessionOptions,
  work: (store: ImageStore) => Promise<Result>,
): Promise<Result> {
  const api = kubeconfig.makeApiClient(CoreV1Api);
  const { namespace, address, port } = place;
  const pod = { name: writerName, namespace };
  await removed(api, pod, options);
  const identity = await writerIdentity(address);
  const { metadata } = await api.createNamespacedPod({ namespace, body: writerPod(place) as V1Pod });
  try {
    const files = writerFiles(place, identity, { name: writerName, uid: metadata?.uid ?? "" });
    // Of an earlier session whose pod has gone without them.
    await ignoringNotFound(api.deleteNamespacedConfigMap(pod));
    await ignoringNotFound(api.deleteNamespacedSecret(pod));
    await api.createNamespacedConfigMap({ namespace, body: files.configMap });
    await api.createNamespacedSecret({ namespace, body: files.secret });
    await ready(api, pod, options);
    const url = `https://${urlHost(address)}:${port}`;
    const store = new ImageStore({ url, certificate: identity.certificate, token: identity.token });
    await answering(store, url, options);
    return await work(store);
  } finally {
    await ignoringNotFound(api.deleteNamespacedPod(pod)).catch((error: unknown) => {
      options.say(
        `the pod ${namespace}/${writerName} could not be removed (${messageOf(error)}): it ends by itself`,
      );
    });
  }
}

type PodName = { readonly name: string; readonly namespace: string };

async function removed(api: CoreV1Api, pod: PodName, { poll = 1000, signal }: SessionOptions): Promise<void> {
  const end = Date.now() + 120_000;
  for (;;) {
    const old = await ignoringNotFound(api.readNamespacedPod(pod));
    if (old === undefined) return;
    if (old.metadata?.deletionTimestamp === undefined) await ignoringNotFound(api.deleteNamespacedPod(pod));
    if (Date.now() > end)
      throw new ImageError(`an old pod ${pod.namespace}/${pod.name} does not go: look at it`);
    await pause(poll, undefined, { signal });
  }
}

async function ready(api: CoreV1Api, pod: PodName, options: SessionOptions): Promise<void> {
  const { say, startTimeOut = 600_000, poll = 1000, signal } = options;
  const end = Date.now() + startTimeOut;
  let said = "";
  for (;;) {
    const { status } = await api.readNamespacedPod(pod);
    const condition = (type: string) => status?.conditions?.find((one) => one.type === type);
    if (condition("Ready")?.status === "True") return;
    const waiting = status?.containerStatuses?.[0]?.state?.waiting;
    const scheduled = condition("PodScheduled");
    const why =
      scheduled?.status === "False"
        ? (scheduled.message ?? "it has no node")
        : [waiting?.reason, waiting?.message].filter((text) => text !== undefined).join(": ");
    if (why !== said && why !== "") say(`${pod.name}: ${why}`);
    said = why;
    if (status?.phase === "Failed" || Date.now() > end) {
      throw new ImageError(
        `the pod ${pod.namespace}/${pod.name}, which writes images, does not come to run: ` +
          `${why || (status?.phase ?? "unknown")}. See "kubectl -n ${pod.namespace} describe pod ${pod.name}"`,
      );
    }
    await pause(poll, undefined, { signal });
  }
}

/** A pod that is Ready may be reached on the node's port only a moment later. */
async function answering(store: ImageStore, url: string, options: SessionOptions): Promise<void> {
  const { poll = 1000, signal } = options;
  const end = Date.now() + reachableMs;
  for (;;) {
    try {
      await store.list();
      return;
    } catch (error) {
      if (error instanceof StoreRefusal) throw error;
      if (Date.now() > end) {
        throw new ImageError(
          `the image writer runs, but ${url} does not answer (${messageOf(error)}): check nodeImage.serve.address, ` +
            "nodeImage.build.uploadPort and what stands between this machine and the infra node",
          { cause: error },
        );
      }
      await pause(poll, undefined, { signal });
    }
  }
}

async function ignoringNotFound<Result>(request: Promise<Result>): Promise<Result | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
