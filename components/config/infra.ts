import { z } from "zod";
import { cidr } from "./fields/cidr.ts";
import { ipAddress } from "./fields/ip-address.ts";
import { refusal } from "./refusal.ts";

const dhcp = z
  .strictObject({
    rangeBegin: ipAddress.describe("First address that Ironic leases to booting hosts."),
    rangeEnd: ipAddress.describe("Last address that Ironic leases to booting hosts."),
    gateway: ipAddress.optional().describe("Default gateway given to hosts while they are installed."),
    dns: ipAddress.optional().describe("DNS server given to hosts while they are installed."),
    onlyDeclaredHosts: z
      .boolean()
      .default(true)
      .describe(
        "Answer DHCP for the MACs of declared hosts only, so that the home router keeps serving all the rest.",
      ),
  })
  .describe("The DHCP server that Ironic runs for network boot.");

const provisioning = z
  .strictObject({
    interface: z
      .string()
      .regex(
        /^[^\s/]{1,15}$/,
        refusal("is not the name of a network interface", "write it as `ip link` shows it, such as enp1s0"),
      )
      .optional()
      .describe("Network interface of the infra node on which Ironic serves DHCP and network boot."),
    address: ipAddress.describe(
      "The infra node's own fixed address, which hosts reach while they are installed.",
    ),
    cidr: cidr.describe("The network that infra node and hosts share."),
    dhcp: dhcp.optional(),
  })
  .describe("The network over which hosts boot and are installed.");

/** The single-node k3s that everything runs on, and its way to the hosts. */
export const infraSchema = z
  .strictObject({
    kubeconfig: z
      .string()
      .min(1, refusal("is empty", "name the file, such as ~/.kube/config"))
      .default("~/.kube/config")
      .describe("Kubeconfig file of the infra cluster; ~ and paths relative to the project are understood."),
    context: z.string().min(1).optional().describe("Context in that file; its current context if left out."),
    storageClass: z
      .string()
      .min(1)
      .default("local-path")
      .describe("StorageClass for the emulator's and the image server's volumes."),
    provisioning,
  })
  .describe("The infra cluster: the single-node k3s that everything runs on.");

export type InfraConfig = z.output<typeof infraSchema>;
