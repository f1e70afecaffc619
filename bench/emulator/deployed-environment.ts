import { readFileSync } from "node:fs";

/** The environment that the emulator's image gives it: what is measured is what runs in a lab. */
export function deployedEnvironment(): Record<string, string> {
  const text = readFileSync(new URL("../../emulator/Containerfile", import.meta.url), "utf8");
  const lines = text.split("\n").flatMap((line) => /^ENV (.+)$/.exec(line)?.[1] ?? []);
  return Object.fromEntries(
    lines
      .flatMap((line) => line.split(" "))
      .map((pair) => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
  );
}
