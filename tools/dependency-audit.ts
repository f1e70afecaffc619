/**
 * `npm run audit`: fails when a package that runs (no development tool) has an advisory of severity high or critical. Where the
 * registry does not answer such questions, or cannot be reached, it says so and fails nothing: that is no property of the
 * packages. When npm itself does not work, nothing is known, and it fails.
 */
import { spawnSync } from "node:child_process";
import { z } from "zod";

const reportSchema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string().default("") })),
});
/** What npm says in place of a report. The message of an answer by HTTP begins with its status. */
const complaintSchema = z.object({
  message: z.string().optional(),
  error: z.object({ code: z.string().nullish(), summary: z.string().default("") }).optional(),
});
/** Of the network. */
const UNREACHABLE = /^(ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH)$/;

const { stdout, stderr, error } = spawnSync("npm", ["audit", "--omit=dev", "--json"], {
  encoding: "utf8",
  timeout: 120_000,
});
const answer = parse(stdout ?? "");
const report = reportSchema.safeParse(answer);
if (report.success) {
  const bad = Object.entries(report.data.vulnerabilities).filter(([, { severity }]) =>
    /^(high|critical)$/.test(severity),
  );
  for (const [name, { severity, range }] of bad)
    console.error(`audit: ${name} ${range}: ${severity}. Fix: npm audit fix, or another version.`);
  console.log(`audit: ${bad.length} packages with a high or critical advisory`);
  process.exitCode = bad.length === 0 ? 0 : 1;
} else {
  const silence = whyRegistryIsSilent();
  if (silence !== undefined) {
    console.log(`audit: the registry does not tell advisories here (${silence}); nothing was checked`);
  } else {
    const last = (stderr ?? "").trim().split("\n").at(-1) ?? "";
    console.error(`audit: npm gave no report: ${error?.message ?? last}. Try \`npm audit\` by hand.`);
    process.exitCode = 1;
  }
}

/** Undefined when it is not for the registry that there is no report. */
function whyRegistryIsSilent(): string | undefined {
  const complaint = complaintSchema.safeParse(answer);
  if (!complaint.success) return undefined;
  const { message = "", error: told } = complaint.data;
  const code = told?.code ?? "";
  if (UNREACHABLE.test(code)) return `it cannot be reached: ${code}`;
  const [status] = /^[45]\d\d [\w ]+/.exec(message) ?? [];
  return status ?? (/\b(ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT)\b/.exec(message)?.[0] || undefined);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
