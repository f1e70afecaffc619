// Runs before every npm script, on whatever Node is there (20 is enough): makes `npm start` and `npm test`
// work in a clone without node_modules. Plain JavaScript on purpose, since TypeScript needs Node >= 22.18,
// which only this install brings (npm package `node`).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = readFileSync(join(root, "package-lock.json"));
const wanted = createHash("sha256").update(lock).digest("hex");
// Written only after a complete install, so an interrupted one is repeated.
const marker = join(root, "node_modules", ".edge-lab-lock-sha256");

if (!existsSync(marker) || readFileSync(marker, "utf8") !== wanted) {
  console.error("edge-lab: installing Node packages from package-lock.json (about a minute the first time)");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // npm sets npm_config_* for its scripts; a nested npm would take e.g. --silent from the outer call.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|lifecycle|package)_/i.test(name)),
  );
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // Standard output belongs to the command that was asked for (`npm run -s sim -- env` is evaluated by a shell).
  const result = spawnSync(npm, args, { cwd: root, env, stdio: ["ignore", 2, "pipe"], encoding: "utf8" });
  if (result.status !== 0) {
    // The reason stands in the first lines; for some mistakes npm prints its whole manual after it.
    console.error((result.stderr ?? "").split("\n").slice(0, 12).join("\n"));
    console.error(
      `edge-lab: npm ${args.join(" ")} failed (${result.error?.message ?? `exit code ${result.status}`}).\n` +
        "  Is the npm registry reachable? Behind a proxy or mirror set it with `npm config set registry URL`,\n" +
        "  then run the same command again: nothing is left half-done.",
    );
    process.exit(1);
  }
  writeFileSync(marker, wanted);
}
