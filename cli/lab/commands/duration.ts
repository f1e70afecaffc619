import { InvalidArgumentError } from "commander";

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads an option's value such as 90s, 10m, 2h, 1d into seconds. @throws InvalidArgumentError. */
export function duration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  const seconds = Number(amount) * (units[unit ?? ""] ?? Number.NaN);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError("give a time such as 90s, 10m, 2h or 1d.");
}
