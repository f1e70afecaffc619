import ipaddr from "ipaddr.js";
import type { KubeObject } from "../../kubernetes/kube-object.ts";
import { type Container, containerPort, type Pod } from "../pods/pod.ts";
import type { Target } from "./tcp-forwarder.ts";

/** core/v1 ServiceSpec, the fields that are gone by here. */
export interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly selector?: Readonly<Record<string, string>>;
  readonly publishNotReadyAddresses?: boolean;
  readonly ports?: readonly {
    readonly port: number;
    readonly targetPort?: number | string;
    readonly protocol?: string;
  }[];
}

export type Service = KubeObject<ServiceSpec>;

/** One address to listen on and who is behind it. */
export interface Route {
  readonly host: string;
  readonly port: number;
  /** For messages: "Service capi-system/capi-webhook-service". */
  readonly of: string;
  readonly targets: readonly Target[];
}

/** Where a pod's port is really open; undefined for a pod that is not run here. */
export type Locate = (pod: Pod, port: number) => Target | undefined;

/**
 * What has to be listened on for Services (their cluster addresses) and for pods with ports on the node, and where it
 * leads: to the ready pods that the Service selects. Pure. TCP only; addresses that are not on the loopback are left
 * out, since nobody could listen there.
 *
 * It goes by selectors and pods, as the endpoints controller does, and not by EndpointSlices, whose addresses are only
 * for show (see PodRecord). A Service without a selector has no pods here, so it is left out as well.
 */
export function serviceRoutes(services: readonly Service[], pods: readonly Pod[], locate: Locate): Route[] {
  const alive = pods.filter(({ metadata, spec }) => spec?.nodeName && !metadata.deletionTimestamp);
  return [
    ...services.flatMap((service) => routesOf(service, alive, locate)),
    ...alive.flatMap((pod) => nodePorts(pod, locate)),
  ];
}

function routesOf({ metadata, spec }: Service, pods: readonly Pod[], locate: Locate): Route[] {
  const { clusterIP, selector, ports = [], type, publishNotReadyAddresses } = spec ?? {};
  if (!clusterIP || !isLoopback(clusterIP) || !selector || type === "ExternalName") return [];
  const selected = pods.filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value) &&
      (publishNotReadyAddresses || isReady(pod)),
  );
  return ports
    .filter(({ protocol }) => (protocol ?? "TCP") === "TCP")
    .map(({ port, targetPort }) => ({
      host: clusterIP,
      port,
      of: `Service ${metadata.namespace}/${metadata.name}`,
      targets: selected.flatMap((pod) => {
        const inside = containerPort(pod.spec?.containers ?? [], targetPort ?? port);
        return (inside === undefined ? undefined : locate(pod, inside)) ?? [];
      }),
    }));
}

/** A container's port on the node, unless its pod listens on that very address by itself. */
function nodePorts(pod: Pod, locate: Locate): Route[] {
  const ports = (pod.spec?.containers ?? []).flatMap(({ ports = [] }: Container) => ports);
  return ports.flatMap(({ hostPort, hostIP = "127.0.0.1", containerPort: inside, protocol }) => {
    if (!hostPort || (protocol ?? "TCP") !== "TCP" || !isLoopback(hostIP)) return [];
    const target = locate(pod, inside);
    if (!target || (target.host === hostIP && target.port === hostPort)) return [];
    const of = `pod ${pod.metadata.namespace}/${pod.metadata.name}`;
    return [{ host: hostIP, port: hostPort, of, targets: [target] }];
  });
}

function isReady({ status }: Pod): boolean {
  return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "loopback";
}
