/**
 * Asks Ironic whether it takes the declared login over TLS that the lab's authority vouches for. Run by IronicGate at
 * `pulumi up`, from the project's folder:
 *
 *   node check-ironic.ts < request.json
 *   request: {"endpoint": "https://HOST:PORT", "username", "password", "caPem", "patienceSeconds": n}
 *
 * Exit 0 when it does, and, with a warning, when Ironic cannot be reached from this machine, which proves nothing. Exit 1
 * when it refuses for patienceSeconds: as long as it may take to restart with a new password or certificate.
 */
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { checkIronic, type IronicFinding } from "../check-ironic.ts";

const requestSchema = z.object({
  endpoint: z.url(),
  username: z.string(),
  password: z.string(),
  caPem: z.string(),
  patienceSeconds: z.number(),
});

async function main({ patienceSeconds, ...login }: z.output<typeof requestSchema>): Promise<void> {
  const end = Date.now() + patienceSeconds * 1000;
  let refused: Extract<IronicFinding, { state: "refused" }> | undefined;
  for (let wait = 1000; ; wait = Math.min(wait * 1.5, 10_000)) {
    const finding = await checkIronic(login);
    if (finding.state === "ok") return;
    // Gone after it has refused: it restarts, perhaps with the new password. Gone from the start: it is not for us to reach.
    if (finding.state === "unreachable" && refused === undefined) {
      process.stderr.write(
        `warning: Ironic was not asked whether it takes its password, as it cannot be reached from here: ${finding.problem}\n`,
      );
      return;
    }
    if (finding.state === "refused") {
      if (refused?.problem !== finding.problem) process.stderr.write(`not yet: ${finding.problem}\n`);
      refused = finding;
    }
    const sleep = wait * (0.75 + Math.random() / 2);
    if (Date.now() + sleep > end) break;
    await pause(sleep);
  }
  if (refused) throw new Error(`${refused.problem}. Fix: ${refused.fix}, then run pulumi up again.`);
}

function requestOf(input: string): z.output<typeof requestSchema> {
  try {
    return requestSchema.parse(JSON.parse(input));
  } catch {
    // The parser's own words would quote the input, which holds a password.
    throw new Error("check-ironic.ts: standard input is not a request of the form in its first lines");
  }
}

try {
  await main(requestOf(await text(process.stdin)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
