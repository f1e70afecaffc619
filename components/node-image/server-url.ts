import type { NodeImageConfig } from "../config/index.ts";
import { urlHost } from "../http/url-host.ts";

/** Where the image server answers bare machines, with a slash at the end. Pure. */
export function serverUrl({ address, port }: NodeImageConfig["serve"]): string {
  return `http://${urlHost(address)}:${port}/`;
}
