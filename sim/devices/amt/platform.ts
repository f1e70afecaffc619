import { derivedHex } from "../derived-hex.ts";

export const AMT_VERSION = "12.0.45";
export const AMT_BUILD = "1509";

/** What is written into one machine at the factory, and its network. */
export interface Platform {
  readonly name: string;
  readonly host: string;
  /** As the operating system tells it, lower case with dashes. */
  readonly uuid: string;
  /** Of the wired port: lower case, with dashes. */
  readonly mac: string;
  readonly serial: string;
  readonly realm: string;
}

/** The platform of a Lenovo M920q; what is not given is derived from the name and always the same. */
export function platformOf(
  name: string,
  host: string,
  uuid: string | undefined,
  macs: readonly string[],
): Platform {
  const hex = derivedHex(`${name} uuid`, 32).toLowerCase();
  const derivedUuid = hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
  const derivedMac = `c8-d9-d2-${(derivedHex(`${name} mac`, 6).toLowerCase().match(/../g) ?? []).join("-")}`;
  return {
    name,
    host,
    uuid: uuid?.toLowerCase() ?? derivedUuid,
    mac: macs[0]?.toLowerCase().replaceAll(":", "-") ?? derivedMac,
    serial: `PC${derivedHex(`${name} serial`, 6)}`,
    realm: `Digest:${derivedHex(`${name} realm`, 32)}`,
  };
}

/** The 16 bytes of a UUID in SMBIOS order: its first three groups little-endian. */
export function smbiosBytes(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll("-", ""), "hex");
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
