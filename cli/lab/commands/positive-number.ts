import { InvalidArgumentError } from "commander";

/** Reads an option's value. @throws InvalidArgumentError for what is no number greater than 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("give a number greater than 0.");
}
