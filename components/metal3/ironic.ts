import type { LabConfig } from "../config/index.ts";
import { imageReference } from "../kubernetes/image-reference.ts";
import { ironicDhcp } from "./dhcp.ts";

export interface IronicSecrets {
  /** Secret with username and password of Ironic's API. */
  readonly credentials: string;
  /** Secret with the certificate of Ironic's API and images. */
  readonly certificate: string;
  /** ConfigMap with the authority of the emulator's certificate. */
  readonly bmcAuthority: string;
}

/**
 * Seconds between two looks at each host's power state. Ironic's default, written down because it decides how often a
 * plug is asked: each look is four reads within 1.5 s, which the emulator answers from one.
 */
const powerSyncSeconds = 120;

/** `spec` of the Ironic resource (ironic.metal3.io/v1alpha1, operator 0.11). */
export function ironicSpec(
  config: Pick<LabConfig, "infra" | "hosts" | "versions">,
  secrets: IronicSecrets,
): Readonly<Record<string, unknown>> {
  const { interface: networkInterface, address } = config.infra.provisioning;
  const dhcp = ironicDhcp(config);
  return {
    version: "38.0",
    // Given by name: left out, the operator makes a Secret and writes its name into this spec.
    apiCredentialsName: secrets.credentials,
    images: {
      ironic: imageReference(config, "ironic"),
      deployRamdiskDownloader: imageReference(config, "ipa-downloader"),
    },
    networking: {
      ...(networkInterface === undefined ? {} : { interface: networkInterface }),
      ipAddress: address,
      ...(dhcp ? { dhcp } : {}),
    },
    tls: {
      certificateName: secrets.certificate,
      bmcCA: { kind: "ConfigMap", name: secrets.bmcAuthority },
    },
    extraConfig: [{ group: "conductor", name: "sync_power_state_interval", value: String(powerSyncSeconds) }],
  };
}
