/** The file beside an image that says its sha256. */
export function checksumName(name: string): string {
  return `${name}.sha256`;
}

/** Its text: one line as sha256sum(1) writes it, which Ironic finds by the file name. */
export function checksumText(name: string, sha256: string): string {
  return `${sha256}  ${name}\n`;
}

/** The sha256 that a checksum file names for an image; undefined when it names none. */
export function checksumIn(text: string, name: string): string | undefined {
  return [...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].find(([, , file]) => file === name)?.[1];
}
