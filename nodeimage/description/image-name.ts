/** Hex digits of the input hash in a name: 48 bits, for a handful of images. */
const digits = 12;

/**
 * The file name of an image, known before it is built. A name belongs to one content for ever: another input is another
 * name, which is what rolls machines.
 */
export function imageName(kubernetesVersion: string, hash: string, format: "raw" | "qcow2"): string {
  return `node-${kubernetesVersion}-${hash.slice(0, digits)}.${format}`;
}
