import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { interruption } from "./interruption.ts";
import { Target } from "./target.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Starts serve.ts as the emulator runs in its image: the sources stripped of their types in the same way, with the environment and
 * the options of Node that the Containerfile gives.
 * @param folder a folder of the bench's own, which keeps the scripts
 */
export async function startDeployed(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Target> {
  const image = readFileSync(join(root, "emulator/Containerfile"), "utf8");
  const script = await scriptsIn(join(folder, "deployed"));
  return Target.start(process.execPath, [...nodeOptions(image), script, ...args], {
    environment: { ...environmentOf(image), ...environment },
  });
}

/** Makes the scripts, once for a folder. @returns the one to start */
async function scriptsIn(folder: string): Promise<string> {
  const script = join(folder, "bench/emulator/serve.js");
  if (existsSync(script)) return script;
  const strip = async (part: string): Promise<void> => {
    const tool = join(root, "emulator/build/strip-types.ts");
    await run(process.execPath, [tool, join(root, part), join(folder, part)], { signal: interruption });
  };
  mkdirSync(join(folder, "emulator"), { recursive: true });
  copyFileSync(join(root, "emulator/package.json"), join(folder, "emulator/package.json"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  await strip("emulator/src");
  await strip("bench/emulator");
  return script;
}

/** Node's options of the image's ENTRYPOINT: what stands between `node` and the script. */
function nodeOptions(image: string): string[] {
  const [, list = "[]"] = /^ENTRYPOINT (.+)$/m.exec(image) ?? [];
  return z.array(z.string()).parse(JSON.parse(list)).slice(1, -1);
}

/** What the image's ENV lines of the last stage set. */
function environmentOf(image: string): Record<string, string> {
  const pairs = image.split("\n").flatMap((line) => /^ENV (.+)$/.exec(line)?.[1]?.split(" ") ?? []);
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
