import { readFileSync } from "node:fs";
import { z } from "zod";
import { Iso9660 } from "./iso9660.ts";

const LABEL = "config-2";
const FOLDER = "openstack/latest";

const object = z.record(z.string(), z.unknown());

/** What an installed system finds on its config drive (OpenStack's format, version "latest"). */
export interface ConfigDrive {
  readonly metaData: Readonly<Record<string, unknown>>;
  /** As it was given, such as a cloud-config; empty when none was. */
  readonly userData: string;
  readonly networkData?: Readonly<Record<string, unknown>>;
}

/**
 * Reads a config drive as Ironic makes it: an ISO 9660 image with the label config-2.
 * @throws Error naming the file and what is wrong with it; never with its content, which holds secrets
 */
export function readConfigDrive(file: string): ConfigDrive {
  try {
    const image = new Iso9660(readFileSync(file));
    if (image.label.toLowerCase() !== LABEL) {
      throw new Error(`its label is "${image.label}" where cloud-init looks for "${LABEL}"`);
    }
    const metaData = json(image, "meta_data.json");
    if (metaData === undefined) throw new Error(`it holds no ${FOLDER}/meta_data.json`);
    const networkData = json(image, "network_data.json");
    return {
      metaData,
      userData: image.read(`${FOLDER}/user_data`)?.toString("utf8") ?? "",
      ...(networkData && { networkData }),
    };
  } catch (error) {
    throw new Error(`config drive ${file}: ${(error as Error).message}`);
  }
}

function json(image: Iso9660, name: string): Readonly<Record<string, unknown>> | undefined {
  const content = image.read(`${FOLDER}/${name}`);
  if (content === undefined) return undefined;
  try {
    return object.parse(JSON.parse(content.toString("utf8")));
  } catch {
    throw new Error(`${FOLDER}/${name} is not a JSON object`);
  }
}
