import type { LabConfig } from "../../config/lab.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { clockSkew } from "./clock-skew.ts";
import { clusterAnswers } from "./cluster-answers.ts";
import { dhcpRange } from "./dhcp-range.ts";
import { dhcpServer } from "./dhcp-server.ts";
import { diskSpace } from "./disk-space.ts";
import { endpointFree } from "./endpoint-free.ts";
import { k3sParts } from "./k3s-parts.ts";
import { kubernetesVersion } from "./kubernetes-version.ts";
import { machineSize } from "./machine-size.ts";
import { nodeHealth } from "./node-health.ts";
import { podNetwork } from "./pod-network.ts";
import { portsInCluster } from "./ports-in-cluster.ts";
import { portsOnNode } from "./ports-on-node.ts";
import { provisioningAddress } from "./provisioning-address.ts";
import { storageClass } from "./storage-class.ts";

/** What a few reads of the infra cluster's API tell: cheap enough for every `pulumi up`. */
export const clusterChecks: readonly PreflightCheck[] = [
  clusterAnswers,
  kubernetesVersion,
  k3sParts,
  nodeHealth,
  diskSpace,
  clockSkew,
  storageClass,
  podNetwork,
  portsInCluster,
  provisioningAddress,
];

/** What asks the network and the node, too. Devices are apart: who may ask them depends on the emulator. */
export function networkChecks({ clusters }: LabConfig): readonly PreflightCheck[] {
  return [machineSize, portsOnNode, dhcpServer, dhcpRange, ...clusters.map(endpointFree)];
}
