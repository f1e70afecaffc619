import type { ControllerFlags, KnownImage } from "./known-image.ts";
import type { Container, VolumeMount } from "./pod.ts";

/** Where a container's inside lies on this machine. */
export interface ContainerPlace {
  /** The local folder of each volume, by the volume's name. */
  readonly folders: ReadonlyMap<string, string>;
  /** The loopback address that is the pod's own. */
  readonly address: string;
  /** Ports that are opened elsewhere than the container says, by the container's port. */
  readonly ports: Readonly<Record<string, number>>;
  /** The pod's identity, for a controller. */
  readonly kubeconfig?: string;
  /** Whether the service account's folder lies where a container has it (see pod-sandbox). */
  readonly sandboxed: boolean;
}

/**
 * A container's arguments for a process outside a container: paths under a mount lead to the volume's local folder,
 * and the address "all" becomes the pod's own, since pods here have no network namespace. A controller also gets a
 * kubeconfig and the addresses that it would otherwise take by default.
 */
export function localArguments(container: Container, image: KnownImage, place: ContainerPlace): string[] {
  const declared = container.args ?? image.defaultArgs ?? [];
  const args = image.controller ? controllerArguments(declared, image.controller, place) : declared;
  return args.map((argument) => {
    const [, option = "", value = argument] = /^(--?[\w-]+=)(.*)$/s.exec(argument) ?? [];
    const path = localPath(value, container.volumeMounts ?? [], place.folders);
    return option + (path ?? value.replace(/^(?:0\.0\.0\.0|\[::\])(?=:|$)/, place.address));
  });
}

/** Where a path inside the container lies on this machine; undefined when it lies in no volume. */
export function localPath(
  path: string,
  mounts: readonly VolumeMount[],
  folders: ReadonlyMap<string, string>,
): string | undefined {
  // The longest mount path first: a mount may lie inside another.
  for (const mount of mounts.toSorted((a, b) => b.mountPath.length - a.mountPath.length)) {
    const folder = folders.get(mount.name);
    const root = mount.mountPath.replace(/\/$/, "");
    if (!folder || (path !== root && !path.startsWith(`${root}/`))) continue;
    return `${folder}${mount.subPath ? `/${mount.subPath}` : ""}${path.slice(root.length)}`;
  }
  return undefined;
}

/** Every listening address on the pod's own; the webhook's port, which has no address, where nobody else has it. */
function controllerArguments(
  declared: readonly string[],
  flags: ControllerFlags,
  { address, ports, kubeconfig, sandboxed }: ContainerPlace,
): string[] {
  const [portFlag, port] = flags.webhookPort;
  const own = new Set([...Object.keys(flags.listen), portFlag]);
  const given = (flag: string) =>
    declared.findLast((argument) => argument.startsWith(`${flag}=`))?.slice(flag.length + 1);
  const kept = declared.filter((argument) => {
    const [flag = ""] = argument.split("=", 1);
    // Without the file that holds the namespace it would end at once; with one replica it is alone anyway.
    return !own.has(flag) && (sandboxed || flag !== flags.leaderElection);
  });
  const webhook = given(portFlag) ?? String(port);
  return [
    ...kept,
    ...(kubeconfig ? [`--kubeconfig=${kubeconfig}`] : []),
    ...Object.entries(flags.listen).map(
      ([flag, byDefault]) => `${flag}=${onAddress(given(flag) ?? byDefault, address)}`,
    ),
    `${portFlag}=${ports[webhook] ?? webhook}`,
    ...(flags.certificates && !given(flags.certificates[0]) ? [flags.certificates.join("=")] : []),
  ];
}

/** ":8443" on one address; an address that was given, and "0" for "not at all", stay. */
function onAddress(listen: string, address: string): string {
  return listen.startsWith(":") ? address + listen : listen;
}

/** The container's port on which a controller's webhooks are declared to listen. */
export function webhookPort(container: Container, { webhookPort: [flag, port] }: ControllerFlags): number {
  const given = container.args?.findLast((argument) => argument.startsWith(`${flag}=`));
  return given ? Number(given.slice(flag.length + 1)) : port;
}

/** An image reference without its tag and digest: "registry:5000/a/b:tag@sha256:…" is "registry:5000/a/b". */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}
