import { join } from "node:path";

/** What one Ironic is told; addresses without a scheme are host:port. */
export interface IronicConfigurationOptions {
  /** Everything of this Ironic lies below: database, boot files, certificates. */
  readonly folder: string;
  /** Where the API listens: spec.networking.ipAddress and apiPort. */
  readonly address: string;
  readonly apiPort: number;
  /** Where the boot files are served: spec.networking.imageServerPort. */
  readonly filesPort: number;
  readonly tls: boolean;
  /** Whether BMC certificates are checked against `<folder>/bmc-ca.crt`. */
  readonly bmcAuthority: boolean;
}

/** Files of an Ironic, relative to its folder. */
export const ironicFiles = {
  configuration: "ironic.conf",
  database: "ironic.sqlite",
  /** What machines download when they boot; the root of the file server. */
  httpRoot: "http",
  users: "htpasswd",
  certificate: "tls.crt",
  key: "tls.key",
  bmcAuthority: "bmc-ca.crt",
  kernel: "http/images/ironic-python-agent.kernel",
  ramdisk: "http/images/ironic-python-agent.initramfs",
} as const;

/** Folders that Ironic wants to find. */
export const ironicFolders = [
  "http",
  "http/images",
  "tftp",
  "images",
  "master_images",
  "tftp_master",
  "iso_master",
  "lock",
  "tmp",
  "certs",
] as const;

/**
 * ironic.conf of a standalone Ironic in one process with an SQLite database.
 *
 * As metal3-io/ironic-image configures it (ironic-config/ironic.conf.j2) in what a host's life depends on: network
 * boot through iPXE with a fallback to the disk, agent inspection with managed boot, metadata-only cleaning, the
 * time-outs of power changes and boots. What needs DHCP, TFTP or a container is left out: the simulated machines'
 * firmware reads the boot files over HTTP as iPXE does.
 */
export function ironicConfiguration(options: IronicConfigurationOptions): string {
  const { folder, address, apiPort, filesPort, tls, bmcAuthority } = options;
  const path = (name: string) => join(folder, name);
  const api = `${tls ? "https" : "http"}://${address}:${apiPort}`;
  const files = `http://${address}:${filesPort}`;
  return sections({
    DEFAULT: {
      auth_strategy: "http_basic",
      http_basic_auth_user_file: path(ironicFiles.users),
      rpc_transport: "none", // API and conductor in one process
      host: "ironic",
      my_ip: address,
      state_path: folder,
      tempdir: path("tmp"),
      use_stderr: "true",
      enabled_hardware_types: "redfish",
      enabled_bios_interfaces: "no-bios,redfish",
      enabled_boot_interfaces: "ipxe,redfish-virtual-media",
      enabled_console_interfaces: "no-console",
      enabled_deploy_interfaces: "direct,ramdisk,custom-agent",
      enabled_firmware_interfaces: "no-firmware,redfish",
      enabled_inspect_interfaces: "agent,redfish,no-inspect",
      enabled_management_interfaces: "redfish,noop",
      enabled_network_interfaces: "noop",
      enabled_power_interfaces: "redfish",
      enabled_raid_interfaces: "no-raid,agent,redfish",
      enabled_rescue_interfaces: "no-rescue,agent",
      enabled_storage_interfaces: "noop",
      enabled_vendor_interfaces: "no-vendor,redfish",
      default_deploy_interface: "direct",
      default_inspect_interface: "agent",
      default_network_interface: "noop",
      isolinux_bin: path("http/isolinux.bin"),
      minimum_memory_warning_only: "true",
      hash_ring_reset_interval: "10",
    },
    agent: {
      deploy_logs_collect: "never",
      image_download_source: "http",
      // Ironic waits for the agent's callbacks anyway; how often it looks in between costs only loopback traffic.
      command_wait_interval: "1",
      certificates_path: path("certs"),
      require_tls: "false",
    },
    api: {
      host_ip: address,
      port: String(apiPort),
      api_workers: "1",
      ...(tls && {
        enable_ssl_api: "true",
        cert_file: path(ironicFiles.certificate),
        key_file: path(ironicFiles.key),
      }),
    },
    conductor: {
      automated_clean: "true",
      deploy_kernel: `file://${path(ironicFiles.kernel)}`,
      deploy_ramdisk: `file://${path(ironicFiles.ramdisk)}`,
      enable_mdns: "false",
      file_url_allowed_paths: path("http"),
      node_history: "false",
      power_state_change_timeout: "120",
    },
    database: { connection: `sqlite:///${path(ironicFiles.database)}` },
    deploy: {
      default_boot_mode: "uefi",
      erase_devices_metadata_priority: "10",
      erase_devices_priority: "0",
      fast_track: "false",
      http_root: path(ironicFiles.httpRoot),
      http_url: files,
      iso_master_path: path("iso_master"),
    },
    dhcp: { dhcp_provider: "none" },
    inspector: {
      add_ports: "all",
      keep_ports: "present",
      power_off: "true",
      require_managed_boot: "true",
    },
    oslo_concurrency: { lock_path: path("lock") },
    pxe: {
      boot_retry_timeout: "1200",
      enable_netboot_fallback: "true",
      images_path: path("images"),
      instance_master_path: path("master_images"),
      tftp_master_path: path("tftp_master"),
      tftp_root: path("tftp"),
    },
    redfish: { use_swift: "false", ...(bmcAuthority && { verify_ca: path(ironicFiles.bmcAuthority) }) },
    sensor_data: { send_sensor_data: "false" },
    service_catalog: { auth_type: "none", endpoint_override: api },
  });
}

type Sections = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The INI dialect of oslo.config. */
function sections(all: Sections): string {
  return Object.entries(all)
    .map(([name, values]) => {
      const lines = Object.entries(values).map(
        ([key, value]) => `${key} = ${value.replaceAll("$", () => "$$")}`,
      );
      return `[${name}]\n${lines.join("\n")}\n`;
    })
    .join("\n");
}

/** `spec.extraConfig` as the operator hands it on: one environment variable of oslo.config each. */
export function extraConfigEnvironment(
  extra: readonly { readonly group?: string; readonly name: string; readonly value: string }[],
): Record<string, string> {
  return Object.fromEntries(
    extra.map(({ group = "DEFAULT", name, value }) => [
      `OS_${group.toUpperCase()}__${name.toUpperCase()}`,
      value,
    ]),
  );
}
