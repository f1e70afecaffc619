import type { DeviceIdentity } from "../driver.ts";
import { AmtError } from "./amt-error.ts";
import { uuidOf } from "./platform-guid.ts";
import type { WsmanClient } from "./wsman.ts";
import type { XmlElement } from "./xml-element.ts";

/** Bytes in a GiB. */
const GIB = 2 ** 30;
/** What board makers leave in SMBIOS where a machine's maker should have written something. */
const PLACEHOLDER =
  /^(to be filled|default string|system (product name|serial number))\b|^(not (specified|applicable|available)|none|n\/a|unknown|o\.?e\.?m\.?|0+|x+|\W*)$/i;

/**
 * What AMT knows about the machine. The inventory is from the machine's last start. Classes a firmware does not have
 * leave their facts out; the manufacturer is left out on purpose, since clients change their behaviour by it.
 * @throws AmtError when the engine cannot be asked at all
 */
export async function readIdentity(wsman: WsmanClient, signal: AbortSignal): Promise<DeviceIdentity> {
  const { cim, amt } = wsman;
  const get = (name: string, builder: { Get(): string }) =>
    optional(() => wsman.get(name, builder.Get(), { signal }));
  const list = async (name: string, builder: { Enumerate(): string; Pull(context: string): string }) =>
    (await optional(() => wsman.enumerate(name, builder, { signal }))) ?? [];

  // One after the other: AMT takes one request at a time.
  const computer = await get("CIM_ComputerSystemPackage", cim.ComputerSystemPackage);
  const chassis = await get("CIM_Chassis", cim.Chassis);
  const bios = await get("CIM_BIOSElement", cim.BIOSElement);
  const general = await get("AMT_GeneralSettings", amt.GeneralSettings);
  const chips = await list("CIM_Chip", cim.Chip);
  const processors = await list("CIM_Processor", cim.Processor);
  const modules = await list("CIM_PhysicalMemory", cim.PhysicalMemory);
  const ports = await list("AMT_EthernetPortSettings", amt.EthernetPortSettings);
  const software = await list("CIM_SoftwareIdentity", cim.SoftwareIdentity);

  return {
    uuid: uuidOf(computer?.text("PlatformGUID")),
    hostName: general?.text("HostName"),
    model: meant(chassis?.text("Model")),
    serialNumber: meant(chassis?.text("SerialNumber")),
    biosVersion: meant(bios?.text("Version")),
    firmwareVersion: byInstance(software, "AMT")?.text("VersionString"),
    processor: processorOf(chips, processors),
    memoryGiB: memoryOf(modules),
    macs: macsOf(ports),
  };
}

async function optional<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    // An answer, if only a fault, shows that the engine is well.
    if (error instanceof AmtError && (error.kind === "refused" || error.kind === "device")) return undefined;
    throw error;
  }
}

/** A text that somebody wrote for this machine; firmware pads with blanks. */
function meant(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? "";
  return PLACEHOLDER.test(trimmed) ? undefined : trimmed;
}

function byInstance(instances: readonly XmlElement[], id: string): XmlElement | undefined {
  return instances.find((instance) => instance.text("InstanceID") === id);
}

function processorOf(
  chips: readonly XmlElement[],
  processors: readonly XmlElement[],
): DeviceIdentity["processor"] | undefined {
  const model = meant(chips.find((chip) => chip.text("Tag")?.startsWith("CPU"))?.text("Version"));
  if (model === undefined && processors.length === 0) return undefined;
  return {
    ...(model !== undefined && { model }),
    ...(processors.length > 0 && { count: processors.length }),
  };
}

function memoryOf(modules: readonly XmlElement[]): number | undefined {
  const bytes = modules.reduce((sum, module) => sum + (module.number("Capacity") ?? 0), 0);
  return bytes > 0 ? bytes / GIB : undefined;
}

/** Of wired ports only ("... Settings 0"; 1 is wireless): those can boot from the network. */
function macsOf(ports: readonly XmlElement[]): string[] | undefined {
  const macs = ports
    .filter((port) => port.text("InstanceID")?.endsWith("Settings 0"))
    .map((port) => port.text("MACAddress")?.toLowerCase().replaceAll("-", ":") ?? "")
    .filter((mac) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && mac !== "00:00:00:00:00:00");
  return macs.length > 0 ? macs : undefined;
}
