import { createHash } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { KubeClient } from "../kubernetes/kube-client.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { kinds } from "../kubernetes/resource-kind.ts";

interface KeyToPath {
  readonly key: string;
  readonly path: string;
}

/** core/v1 Volume, the sources that the pod runner can provide. */
export interface PodVolume {
  readonly name: string;
  readonly secret?: {
    readonly secretName: string;
    readonly items?: readonly KeyToPath[];
    readonly optional?: boolean;
  };
  readonly configMap?: {
    readonly name: string;
    readonly items?: readonly KeyToPath[];
    readonly optional?: boolean;
  };
  readonly emptyDir?: object;
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

/** A pod cannot be started yet, or not at all, for want of a volume; the message says which and why. */
export class VolumeNotReady extends Error {}

/**
 * Brings a pod's volumes into local folders, as a kubelet does: Secret and ConfigMap keys as files that follow their
 * object, emptyDir as an empty folder of the pod's own, a claim as the folder of its bound volume.
 */
export class PodVolumes {
  readonly #client: KubeClient;
  readonly #folder: string;

  /** @param folder this pod's own folder. */
  constructor(client: KubeClient, folder: string) {
    this.#client = client;
    this.#folder = folder;
  }

  /**
   * Makes or refreshes one volume and returns its folder.
   * @throws VolumeNotReady when the object behind it is not there, is not bound, or is of a kind not provided here.
   */
  async materialise(volume: PodVolume, namespace: string): Promise<string> {
    const folder = join(this.#folder, volume.name);
    if (volume.secret) {
      const { secretName, items, optional } = volume.secret;
      const secret = await this.#client.get(kinds.secret, secretName, namespace);
      if (!secret && !optional) throw new VolumeNotReady(`secret "${secretName}" not found`);
      writeFiles(
        folder,
        files(secret, items, (value) => Buffer.from(value, "base64")),
        0o600,
      );
      return folder;
    }
    if (volume.configMap) {
      const { name, items, optional } = volume.configMap;
      const configMap = await this.#client.get(kinds.configMap, name, namespace);
      if (!configMap && !optional) throw new VolumeNotReady(`configmap "${name}" not found`);
      writeFiles(
        folder,
        files(configMap, items, (value) => Buffer.from(value, "utf8")),
        0o644,
      );
      return folder;
    }
    if (volume.persistentVolumeClaim) return this.#claimed(volume.persistentVolumeClaim.claimName, namespace);
    if (volume.emptyDir) {
      mkdirSync(folder, { recursive: true });
      return folder;
    }
    throw new VolumeNotReady(
      `volume "${volume.name}": only secret, configMap, emptyDir and persistentVolumeClaim`,
    );
  }

  async #claimed(name: string, namespace: string): Promise<string> {
    const claim = await this.#client.get<KubeObject<{ volumeName?: string }>>(
      kinds.persistentVolumeClaim,
      name,
      namespace,
    );
    const volumeName = claim?.spec?.volumeName;
    if (!volumeName)
      throw new VolumeNotReady(`persistentvolumeclaim "${name}" is ${claim ? "not bound" : "not found"}`);
    const volume = await this.#client.get<KubeObject<{ hostPath?: { path: string } }>>(
      kinds.persistentVolume,
      volumeName,
    );
    const path = volume?.spec?.hostPath?.path;
    if (!path) throw new VolumeNotReady(`persistentvolume "${volumeName}" has no hostPath`);
    mkdirSync(path, { recursive: true });
    return path;
  }
}

function files(
  object: KubeObject | undefined,
  items: readonly KeyToPath[] | undefined,
  decode: (value: string) => Buffer,
): Map<string, Buffer> {
  const data = object?.data ?? {};
  const wanted = items ?? Object.keys(data).map((key) => ({ key, path: key }));
  return new Map(
    wanted.map(({ key, path }) => {
      const value = data[key];
      if (value === undefined) throw new VolumeNotReady(`"${object?.metadata.name ?? ""}" has no key ${key}`);
      return [path, decode(value)];
    }),
  );
}

/**
 * All files of a volume change at one moment, as with a kubelet: they are links into `..data`, itself a link to a
 * folder named by the content, which is replaced by a rename. A reader never sees a new key beside an old certificate.
 */
function writeFiles(folder: string, wanted: Map<string, Buffer>, mode: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const version = `..${digest(wanted)}`;
  const current = join(folder, "..data");
  if (linkTarget(current) === version) return;
  rmSync(join(folder, version), { recursive: true, force: true });
  for (const [path, content] of wanted) {
    mkdirSync(dirname(join(folder, version, path)), { recursive: true });
    writeFileSync(join(folder, version, path), content, { mode });
  }
  mkdirSync(join(folder, version), { recursive: true });
  rmSync(`${current}_tmp`, { force: true });
  symlinkSync(version, `${current}_tmp`);
  renameSync(`${current}_tmp`, current);
  const entries = new Set([...wanted.keys()].map((path) => path.split("/", 1)[0] ?? path));
  for (const entry of entries) {
    if (!linkTarget(join(folder, entry))) symlinkSync(join("..data", entry), join(folder, entry));
  }
  for (const entry of readdirSync(folder)) {
    if (entry === "..data" || entry === version || entries.has(entry)) continue;
    rmSync(join(folder, entry), { recursive: true, force: true });
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function digest(wanted: Map<string, Buffer>): string {
  const sum = createHash("sha256");
  for (const path of [...wanted.keys()].sort())
    sum
      .update(`${path}\0`)
      .update(wanted.get(path) ?? "")
      .update("\0");
  return sum.digest("hex").slice(0, 16);
}
