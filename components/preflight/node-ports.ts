import type { LabConfig } from "../config/lab.ts";
import { emulatorExposure } from "../redfish-emulator/emulator-exposure.ts";

/** A port of the infra node that the lab takes. */
export interface NodePort {
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
  /** Who takes it. */
  readonly of: "Ironic" | "image server" | "Redfish emulator";
  readonly what: string;
}

/**
 * The ports of the infra node that a lab takes. Ironic's are fixed: its pod is on the host network (ironic-standalone-operator
 * 0.11, pkg/ironic/containers.go); 5050, of the inspector, is none of Ironic 38's any more. Pure.
 */
export function nodePorts(config: Pick<LabConfig, "infra" | "nodeImage" | "emulator">): readonly NodePort[] {
  const { serve, build } = config.nodeImage;
  const { nodePort, hostPort } = emulatorExposure(config);
  const emulator = nodePort ?? hostPort?.port;
  const ironic = (protocol: NodePort["protocol"], port: number, what: string): NodePort => ({
    protocol,
    port,
    of: "Ironic",
    what,
  });
  return [
    ironic("TCP", 6385, "Ironic's API"),
    ironic("TCP", 6180, "Ironic's boot files"),
    ironic("TCP", 6183, "Ironic's boot files by TLS"),
    ...(config.infra.provisioning.dhcp === undefined
      ? []
      : [ironic("UDP", 67, "Ironic's DHCP"), ironic("UDP", 69, "Ironic's TFTP")]),
    ...(serve.enabled
      ? ([{ protocol: "TCP", port: serve.port, of: "image server", what: "the image server" }] as const)
      : []),
    ...(build === undefined
      ? []
      : ([
          { protocol: "TCP", port: build.uploadPort, of: "image server", what: "uploads of images" },
        ] as const)),
    ...(emulator === undefined
      ? []
      : ([
          { protocol: "TCP", port: emulator, of: "Redfish emulator", what: "the Redfish emulator" },
        ] as const)),
  ];
}
