import type { LabConfig } from "../config/index.ts";
import { urlHost } from "../http/url-host.ts";

/** Ironic's API, as in https://192.0.2.1:6385: on the host network of the infra node, which hosts and people reach. */
export function ironicEndpoint({ infra }: Pick<LabConfig, "infra">): string {
  const { address } = infra.provisioning;
  return `https://${urlHost(address)}:6385`;
}
