import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { KubeClient } from "../kubernetes/kube-client.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { kinds, type ResourceKind } from "../kubernetes/resource-kind.ts";
import type { StandIn } from "./stand-in.ts";

const PROVISIONER = "rancher.io/local-path";

interface ClaimSpec {
  readonly storageClassName?: string;
  readonly volumeName?: string;
  readonly accessModes?: readonly string[];
  readonly volumeMode?: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
}

interface VolumeSpec {
  readonly claimRef?: { readonly namespace: string; readonly name: string };
  readonly hostPath?: { readonly path: string };
  readonly persistentVolumeReclaimPolicy?: string;
}

interface StorageClass extends KubeObject {
  readonly provisioner?: string;
}

/**
 * Stands for Rancher's local-path-provisioner, which k3s brings along: makes a folder and a PersistentVolume for each
 * claim of its storage classes once the scheduler has chosen the node (WaitForFirstConsumer), and removes both when
 * the claim is gone. Binding is done by the real kube-controller-manager.
 */
export class LocalPathProvisioner implements StandIn {
  readonly name = "local-path-provisioner";
  readonly kinds: readonly ResourceKind[] = [kinds.persistentVolumeClaim, kinds.persistentVolume];
  readonly #client: KubeClient;
  readonly #folder: string;
  readonly #log: (line: string) => void;

  /** @param folder where the volumes are kept, one folder each. */
  constructor(client: KubeClient, folder: string, log: (line: string) => void) {
    this.#client = client;
    this.#folder = resolve(folder);
    this.#log = log;
  }

  async reconcile(): Promise<void> {
    const classes = await this.#client.list<StorageClass>(kinds.storageClass);
    const ours = new Set(classes.filter((c) => c.provisioner === PROVISIONER).map((c) => c.metadata.name));
    for (const claim of await this.#client.list<KubeObject<ClaimSpec>>(kinds.persistentVolumeClaim)) {
      const node = claim.metadata.annotations?.["volume.kubernetes.io/selected-node"];
      const waiting = node && !claim.spec?.volumeName && !claim.metadata.deletionTimestamp;
      if (waiting && ours.has(claim.spec?.storageClassName ?? "")) await this.#provision(claim, node);
    }
    for (const volume of await this.#client.list<KubeObject<VolumeSpec, { phase?: string }>>(
      kinds.persistentVolume,
    )) {
      await this.#reclaim(volume);
    }
  }

  async #provision(claim: KubeObject<ClaimSpec>, node: string): Promise<void> {
    const { namespace = "", name, uid = "" } = claim.metadata;
    const volumeName = `pvc-${uid}`;
    if (await this.#client.get(kinds.persistentVolume, volumeName)) return;
    const path = join(this.#folder, `${volumeName}_${namespace}_${name}`);
    mkdirSync(path, { recursive: true });
    // As the real one does: a hostPath is given to no group, and pods are any user.
    chmodSync(path, 0o777);
    await this.#client.create(kinds.persistentVolume, {
      metadata: { name: volumeName, annotations: { "pv.kubernetes.io/provisioned-by": PROVISIONER } },
      spec: {
        capacity: { storage: claim.spec?.resources?.requests?.storage ?? "1Gi" },
        accessModes: claim.spec?.accessModes ?? ["ReadWriteOnce"],
        volumeMode: claim.spec?.volumeMode ?? "Filesystem",
        persistentVolumeReclaimPolicy: "Delete",
        storageClassName: claim.spec?.storageClassName,
        claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid },
        hostPath: { path, type: "DirectoryOrCreate" },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] },
            ],
          },
        },
      },
    });
    this.#log(`${namespace}/${name}: ${path}`);
  }

  /** Only a folder of ours is ever removed, whatever path somebody wrote into a volume. */
  async #reclaim(volume: KubeObject<VolumeSpec, { phase?: string }>): Promise<void> {
    const ours = volume.metadata.annotations?.["pv.kubernetes.io/provisioned-by"] === PROVISIONER;
    if (!ours || volume.status?.phase !== "Released") return;
    if (volume.spec?.persistentVolumeReclaimPolicy !== "Delete") return;
    const path = resolve(volume.spec.hostPath?.path ?? "");
    if (path.startsWith(`${this.#folder}/`)) rmSync(path, { recursive: true, force: true });
    await this.#client.delete(kinds.persistentVolume, volume.metadata.name);
    this.#log(`${volume.metadata.name}: removed`);
  }
}
