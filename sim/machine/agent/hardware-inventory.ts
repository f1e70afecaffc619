import type { AgentMachine } from "./agent-machine.ts";
import type { BlockDevice } from "./block-device.ts";

const FREQUENCY_MHZ = "2400.0";

/**
 * What the agent tells of the machine: `inventory` as the inspection's callback and poll.get_hardware_info carry it
 * (project ironic-python-agent, list_hardware_info). `bootInterface`: as BOOTIF says, 01-aa-bb-cc-dd-ee-ff; only that
 * one has an address.
 */
export function hardwareInventory(
  machine: AgentMachine,
  devices: readonly BlockDevice[],
  bootInterface: string | undefined,
): Record<string, unknown> {
  const macs = machine.macs.map((mac) => mac.toLowerCase());
  const booted = bootInterface?.replace(/^01-/, "").replaceAll("-", ":").toLowerCase() ?? macs[0];
  return {
    interfaces: macs.map((mac, position) => ({
      name: `eno${position + 1}`,
      mac_address: mac,
      ipv4_address: mac === booted ? machine.nodeAddress : null,
      ipv6_address: null,
      has_carrier: mac === booted,
      lldp: null,
      vendor: "0x8086",
      product: "0x15bb",
      client_id: null,
      biosdevname: null,
      speed_mbps: mac === booted ? 1_000 : null,
      pci_address: `0000:00:1f.${6 + position}`,
      driver: "e1000e",
    })),
    cpu: {
      model_name: "edge-lab simulated CPU",
      frequency: FREQUENCY_MHZ,
      count: machine.cpus,
      architecture: "x86_64",
      flags: ["aes", "lm", "sse4_2", "vmx"],
      socket_count: 1,
    },
    // What the kernel has is a little less than what is fitted.
    memory: { total: Math.floor(machine.memoryMiB * 0.98) * 1024 ** 2, physical_mb: machine.memoryMiB },
    disks: devices,
    bmc_address: null,
    bmc_v6address: null,
    bmc_mac: null,
    system_vendor: {
      product_name: "Simulated machine",
      serial_number: machine.uuid ?? machine.name,
      manufacturer: "edge-lab",
      firmware: { vendor: "edge-lab", version: "1.0", build_date: "01/01/2026" },
    },
    boot: { current_boot_mode: machine.bootMode, pxe_interface: bootInterface ?? macs[0] ?? null },
    hostname: machine.name,
  };
}
