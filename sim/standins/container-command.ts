import type { PodVolume } from "./pod-volumes.ts";

/** core/v1 Container, the fields that the pod runner goes by. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
  }[];
}

interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

/** core/v1 PodSpec, the fields that the pod runner goes by. */
export interface PodSpec {
  readonly nodeName?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly Container[];
  readonly volumes?: readonly PodVolume[];
}

/**
 * A container's arguments for a process outside a container: paths under a mount lead to the volume's local folder,
 * and the address "all" becomes the pod's own, since pods here have no network namespace.
 * @param folders the local folder of each volume, by the volume's name.
 */
export function localArguments(
  container: Container,
  folders: ReadonlyMap<string, string>,
  podAddress: string,
): string[] {
  // The longest mount path first: a mount may lie inside another.
  const mounts = [...(container.volumeMounts ?? [])].sort((a, b) => b.mountPath.length - a.mountPath.length);
  return (container.args ?? []).map((argument) => {
    const [, option = "", value = argument] = /^(--?[\w-]+=)(.*)$/s.exec(argument) ?? [];
    for (const mount of mounts) {
      const folder = folders.get(mount.name);
      const root = mount.mountPath.replace(/\/$/, "");
      if (folder && (value === root || value.startsWith(`${root}/`)))
        return option + folder + value.slice(root.length);
    }
    return option + value.replace(/^0\.0\.0\.0(?=:|$)/, podAddress);
  });
}

/** A container's plain environment variables, and those that name the pod. */
export function localEnvironment(
  container: Container,
  pod: { readonly name: string; readonly namespace?: string | undefined },
  podAddress: string,
): Record<string, string> {
  const fields: Readonly<Record<string, string>> = {
    "metadata.name": pod.name,
    "metadata.namespace": pod.namespace ?? "default",
    "status.podIP": podAddress,
  };
  return Object.fromEntries(
    (container.env ?? []).map(({ name, value, valueFrom }) => {
      const path = valueFrom?.fieldRef?.fieldPath;
      if (valueFrom && !(path && path in fields)) {
        throw new Error(
          `container ${container.name}: env ${name} comes from something the pod runner does not know`,
        );
      }
      return [name, path ? (fields[path] ?? "") : (value ?? "")];
    }),
  );
}

/** An image reference without its tag and digest: "registry:5000/a/b:tag@sha256:…" is "registry:5000/a/b". */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}
