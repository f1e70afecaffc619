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
import type { KubeClient } from "../../kubernetes/kube-client.ts";
import type { KubeObject } from "../../kubernetes/kube-object.ts";
import { kinds } from "../../kubernetes/resource-kind.ts";
import type { Pod } from "./pod.ts";
import type { ServiceAccountTokens } from "./service-account-tokens.ts";

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
  readonly projected?: { readonly sources?: readonly ProjectedSource[] };
}

/** core/v1 VolumeProjection, as the API server's own volume for a pod's identity has it. */
interface ProjectedSource {
  readonly serviceAccountToken?: {
    readonly path: string;
    readonly audience?: string;
    readonly expirationSeconds?: number;
  };
  readonly configMap?: {
    readonly name: string;
    readonly items?: readonly KeyToPath[];
    readonly optional?: boolean;
  };
  readonly secret?: {
    readonly name: string;
    readonly items?: readonly KeyToPath[];
    readonly optional?: boolean;
  };
  readonly downwardAPI?: {
    readonly items?: readonly { readonly path: string; readonly fieldRef?: { readonly fieldPath: string } }[];
  };
}

interface NamedFiles {
  readonly name: string;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

/** A pod cannot be started yet, or not at all, for want of a volume; the message says which and why. */
export class VolumeNotReady extends Error {}

/**
 * Brings a pod's volumes into local folders, as a kubelet does: Secret and ConfigMap keys as files that follow their
 * object, emptyDir as an empty folder of the pod's own, a claim as the folder of its bound volume, a projected volume as
 * files from several sources, among them a token of the pod's ServiceAccount that is renewed in time.
 */
export class PodVolumes {
  readonly #client: KubeClient;
  readonly #tokens: ServiceAccountTokens;
  readonly #folder: string;

  /** @param folder this pod's own folder. */
  constructor(client: KubeClient, tokens: ServiceAccountTokens, folder: string) {
    this.#client = client;
    this.#tokens = tokens;
    this.#folder = folder;
  }

  /**
   * Makes or refreshes one volume and returns its folder.
   * @throws VolumeNotReady when the object behind it is not there, is not bound, or is of a kind not provided here.
   */
  async materialise(volume: PodVolume, pod: Pod): Promise<string> {
    const { namespace = "default" } = pod.metadata;
    const folder = join(this.#folder, volume.name);
    if (volume.secret) {
      const { secretName, ...which } = volume.secret;
      writeFiles(folder, await this.#secretFiles({ name: secretName, ...which }, namespace), 0o600);
    } else if (volume.configMap) {
      writeFiles(folder, await this.#configMapFiles(volume.configMap, namespace), 0o644);
    } else if (volume.projected) {
      const sources = volume.projected.sources ?? [];
      const parts = await Promise.all(sources.map((source) => this.#projected(source, pod)));
      writeFiles(folder, new Map(parts.flatMap((part) => [...part])), 0o600);
    } else if (volume.persistentVolumeClaim) {
      return this.#claimed(volume.persistentVolumeClaim.claimName, namespace);
    } else if (volume.emptyDir) {
      mkdirSync(folder, { recursive: true });
    } else {
      throw new VolumeNotReady(
        `volume "${volume.name}": only secret, configMap, projected, emptyDir and persistentVolumeClaim`,
      );
    }
    return folder;
  }

  async #secretFiles(from: NamedFiles, namespace: string): Promise<Map<string, Buffer>> {
    const secret = await this.#client.get(kinds.secret, from.name, namespace);
    if (!secret && !from.optional) throw new VolumeNotReady(`secret "${from.name}" not found`);
    return files(secret, from.items, (value) => Buffer.from(value, "base64"));
  }

  async #configMapFiles(from: NamedFiles, namespace: string): Promise<Map<string, Buffer>> {
    const configMap = await this.#client.get(kinds.configMap, from.name, namespace);
    if (!configMap && !from.optional) throw new VolumeNotReady(`configmap "${from.name}" not found`);
    return files(configMap, from.items, (value) => Buffer.from(value, "utf8"));
  }

  async #projected(source: ProjectedSource, pod: Pod): Promise<Map<string, Buffer>> {
    const { namespace = "default", name } = pod.metadata;
    if (source.secret) return this.#secretFiles(source.secret, namespace);
    if (source.configMap) return this.#configMapFiles(source.configMap, namespace);
    if (source.serviceAccountToken) {
      const token = await this.#tokens.token(pod, source.serviceAccountToken);
      return new Map([[source.serviceAccountToken.path, Buffer.from(token, "utf8")]]);
    }
    const fields: Readonly<Record<string, string>> = {
      "metadata.namespace": namespace,
      "metadata.name": name,
    };
    return new Map(
      (source.downwardAPI?.items ?? []).map(({ path, fieldRef }) => {
        const value = fields[fieldRef?.fieldPath ?? ""];
        if (value === undefined)
          throw new VolumeNotReady(`a projected volume asks for ${fieldRef?.fieldPath}`);
        return [path, Buffer.from(value, "utf8")];
      }),
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
  const before = linkTarget(current);
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
    // What was current a moment ago may be half read; it goes with the next change.
    if (entry === "..data" || entry === version || entry === before || entries.has(entry)) continue;
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
