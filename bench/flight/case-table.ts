import type { BenchCase } from "./bench-case.ts";
import { availableCase } from "./cases/available.ts";
import { programCase } from "./cases/program.ts";
import { provisionedCase } from "./cases/provisioned.ts";

/** All cases, in the order in which they are measured and shown. Limits hold on two busy cores, with the tools built. */
export const caseTable: readonly BenchCase[] = [
  availableCase(6, 30),
  availableCase(12, 45),
  provisionedCase(50, 60),
  programCase(10, 20),
  programCase(100, 35),
];

/**
 * The cases that were asked for; all when none was. Pure.
 * @throws Error that names what there is.
 */
export function chosenCases(asked: readonly string[], table = caseTable): readonly BenchCase[] {
  const unknown = asked.filter((id) => id !== "all" && !table.some((one) => one.id === id));
  if (unknown.length > 0) {
    const known = ["all", ...table.map(({ id }) => id)].join(", ");
    throw new Error(`There is no case ${unknown.join(", ")}. There are: ${known}`);
  }
  return asked.length === 0 || asked.includes("all") ? table : table.filter(({ id }) => asked.includes(id));
}
