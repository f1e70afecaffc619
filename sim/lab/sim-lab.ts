import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  credentialsFor,
  deviceAddress,
  emulatorEndpoint,
  type LabConfig,
  parseLabConfig,
  stackFileConfig,
} from "../../components/config/index.ts";
import { imageReference } from "../../components/kubernetes/image-reference.ts";
import { plannedImages, withImages } from "../../components/node-image/planned-images.ts";
import type { SimSettings } from "../settings.ts";
import type { NodeImageFile } from "../standins/node-image-files.ts";
import { type SimNetworks, simNetworks } from "./sim-networks.ts";

/** One simulated device: what stands for a host's AMT engine or plug, and where it listens. */
export interface SimDevice {
  readonly name: string;
  readonly kind: "amt" | "tapo";
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly uuid?: string;
  readonly macs: readonly string[];
}

/** What the sim has to provide for a stack: its devices, and the address of the emulator's pod. */
export interface SimLab {
  readonly config: LabConfig;
  readonly devices: readonly SimDevice[];
  readonly emulator: { readonly host: string; readonly port: number; readonly image: string };
  readonly networks: SimNetworks;
  /** The image server's image, that of its short-lived writer, and the prebuilt node images that it is to serve. */
  readonly imageServer: {
    readonly image: string;
    readonly writer: string;
    readonly files: readonly NodeImageFile[];
  };
}

/**
 * Reads the sim's stack file with the lab's own schema, so that every mistake in it is said before anything starts.
 * @throws ConfigurationError with all mistakes; Error when the file is no stack file, or names no emulator address.
 */
export function readSimLab(settings: SimSettings): SimLab {
  const declared = parseLabConfig(stackFileConfig(readFileSync(settings.configFile, "utf8")), { mode: "up" });
  // What is built is published by Pulumi, and by nobody else.
  const config = withImages(declared, plannedImages(declared));
  if (!config.emulator.address) {
    throw new Error(
      `${settings.configFile}: edge-lab:emulator.address is not set. Fix: give it, as in 127.20.0.2:8443; ` +
        "the sim runs the emulator there.",
    );
  }
  const { host, port = 8443 } = deviceAddress(emulatorEndpoint(config), undefined);
  const image = config.emulator.image ?? imageReference(config, "redfish-emulator");
  return {
    config,
    devices: simDevices(config),
    emulator: { host, port, image },
    networks: simNetworks(host),
    imageServer: {
      image: imageReference(config, "nginx"),
      writer: imageReference(config, "image-writer"),
      files: servedImages(declared),
    },
  };
}

/** The declared prebuilt node images whose URLs lead to the lab's own image server. */
function servedImages({ nodeImage: { serve, images } }: LabConfig): NodeImageFile[] {
  if (!serve.enabled) return [];
  return Object.entries(images).flatMap(([name, { url, version }]) => {
    const { hostname, port, pathname } = new URL(url);
    const file = decodeURIComponent(pathname.slice(1));
    const ours = hostname === serve.address && Number(port || 80) === serve.port && !file.includes("/");
    return ours ? [{ file, kubernetes: version ?? name }] : [];
  });
}

/** What stands for the devices of a lab's hosts. */
export function simDevices(config: LabConfig): SimDevice[] {
  return config.hosts.map((entry) => device(config, entry));
}

function device(config: LabConfig, host: LabConfig["hosts"][number]): SimDevice {
  const { host: address, port } = deviceAddress(host.address ?? "", host.driver);
  if ((host.driver !== "amt" && host.driver !== "tapo") || port === undefined) {
    throw new Error(`host ${host.name}: the sim has no device for driver "${host.driver}"`);
  }
  return {
    name: host.name,
    kind: host.driver,
    host: address,
    port,
    ...credentialsFor(config, host),
    ...(host.uuid ? { uuid: host.uuid } : {}),
    macs: host.macs,
  };
}

/** The configuration of `sim/devices/main.ts`. */
export function devicesFile(settings: SimSettings, devices: readonly SimDevice[]): string {
  const content = {
    stateDir: join(settings.stateDir, "devices"),
    control: devicesSocket(settings),
    devices,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** The unix socket over which the simulated devices tell their state and counters. */
export function devicesSocket(settings: SimSettings): string {
  return join(settings.stateDir, "devices.sock");
}
