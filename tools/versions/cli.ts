/**
 * `npm run versions -- list|pin|check`: what of components/versions.ts is pinned, and how to pin the rest. `pin` and
 * `check` need the internet. Exit code 0; 1 when something is not pinned, changed or not to be had; 130 interrupted.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import type { Platform } from "../../components/versions.ts";
import { CacheFolder } from "../cache-folder.ts";
import { currentPlatform } from "../current-platform.ts";
import { interruption } from "../interruption.ts";
import { Reachability } from "../reachability.ts";
import { ToolError } from "../tool-error.ts";
import { HashTable } from "./hash-table.ts";
import { check, type PinResult, pin } from "./pin.ts";
import { type Pinnable, pinnables } from "./pinnable.ts";

const everyPlatform: readonly Platform[] = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"];
const versionsFile = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "components", "versions.ts");

interface Options {
  readonly allPlatforms?: true;
}

const program = new Command("versions").description(
  "Outside versions and their hashes (components/versions.ts).",
);
const keys = ["[keys...]", "only these, e.g. etcd@v3.6.16/linux-amd64 or capm3 (default: all)"] as const;
const allPlatforms = ["--all-platforms", "tools of every platform, not only of this one (some GB)"] as const;

program
  .command("list", { isDefault: true })
  .description("print what is pinned and what is not")
  .argument(...keys)
  .option(...allPlatforms)
  .action((names: string[], options: Options) => {
    const items = select(names, options);
    const width = Math.max(...items.map(({ key }) => key.length));
    for (const { key, hash, url } of items) {
      console.log(`${key.padEnd(width)}  ${hash === "" ? "not pinned" : hash}  ${url}`);
    }
  });
program
  .command("pin")
  .description("download what has no hash and write its sha256")
  .argument(...keys)
  .option(...allPlatforms)
  .action(async (names: string[], options: Options) => {
    finish(await pin(select(names, options), new HashTable(versionsFile), work()));
  });
program
  .command("check")
  .description("download again and compare with what is pinned")
  .argument(...keys)
  .option(...allPlatforms)
  .action(async (names: string[], options: Options) => {
    finish(await check(select(names, options), work()));
  });

/** A name selects the key itself and every version and platform of it. */
function select(names: readonly string[], options: Options): Pinnable[] {
  const items = pinnables(options.allPlatforms === true ? everyPlatform : [currentPlatform()]);
  if (names.length === 0) return items;
  return names.flatMap((name) => {
    const found = items.filter(
      ({ key }) => key === name || key.startsWith(`${name}@`) || key.startsWith(`${name}:`),
    );
    if (found.length > 0) return found;
    throw new ToolError("bad-option", `there is nothing named "${name}"`, "See `npm run versions -- list`.");
  });
}

function work() {
  return {
    cache: new CacheFolder(),
    reachability: new Reachability(),
    signal: interruption(),
    report: ({ item, outcome, detail }: PinResult) =>
      console.log(`${outcome.padEnd(9)}  ${item.key}  ${detail}`),
  };
}

function finish(results: readonly PinResult[]): void {
  const bad = results.filter(({ outcome }) => outcome === "failed" || outcome === "changed");
  console.log(`${results.length - bad.length} good, ${bad.length} not`);
  if (bad.length > 0) process.exitCode = 1;
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  console.error(`edge-lab: ${error.message}`);
  process.exitCode = error.code === "interrupted" ? 130 : 1;
}
