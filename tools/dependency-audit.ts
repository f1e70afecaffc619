/**
 * `npm run audit`: fails when a package that runs (no development tool) has an advisory of severity high or critical. Where the
 * registry does not answer such questions it says so and fails nothing: that is no property of the packages.
 */
import { spawnSync } from "node:child_process";
import { z } from "zod";

const report = z.object({
  vulnerabilities: z
    .record(z.string(), z.object({ severity: z.string(), range: z.string().default("") }))
    .optional(),
});

const { stdout = "" } = spawnSync("npm", ["audit", "--omit=dev", "--json"], {
  encoding: "utf8",
  timeout: 120_000,
});
const { vulnerabilities } = parse(stdout);
if (vulnerabilities === undefined) {
  console.log("audit: the registry does not tell advisories here; nothing was checked");
} else {
  const bad = Object.entries(vulnerabilities).filter(([, { severity }]) =>
    /^(high|critical)$/.test(severity),
  );
  for (const [name, { severity, range }] of bad)
    console.error(`audit: ${name} ${range}: ${severity}. Fix: npm audit fix, or another version.`);
  console.log(`audit: ${bad.length} packages with a high or critical advisory`);
  process.exitCode = bad.length === 0 ? 0 : 1;
}

function parse(text: string): z.infer<typeof report> {
  try {
    return report.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
