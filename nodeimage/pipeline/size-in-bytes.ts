import { ImageError } from "../description/image-error.ts";

const units: Readonly<Record<string, number>> = {
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** A size in Kubernetes' notation, such as 10Gi, in whole bytes. Pure. @throws ImageError for what is no size. */
export function sizeInBytes(text: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|k|M|G|T)$/.exec(text) ?? [];
  const factor = units[unit];
  if (number === undefined || factor === undefined) {
    throw new ImageError(`${text} is not a size: write a number and a unit, such as 10Gi`);
  }
  return Math.ceil(Number(number) * factor);
}
