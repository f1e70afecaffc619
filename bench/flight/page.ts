import type { BenchCase } from "./bench-case.ts";
import type { BenchResult } from "./bench-result.ts";
import type { CommandTime } from "./command-time.ts";
import { floor } from "./floor.ts";
import type { PhaseRow, PhaseTime } from "./phase-rows.ts";

const INTRODUCTION = `# How long a flight takes

Written by \`npm run bench:flight\`: do not edit. Measured in the [sim](sim.md), with the real Pulumi, Cluster API, Metal3 and Ironic on simulated
machines, from nothing (\`npm stop -- --purge\`) with the tools built. Seconds say as much about the machine and its load as about the lab;
shares and counts can be compared.

\`\`\`sh
npm run bench:flight                          # all cases, hours; or
npm run bench:flight -- available-6 program-10
npm run bench:flight -- --list
\`\`\`
`;

/** docs/bench-flight.md out of what was measured so far. Pure. */
export function page(cases: readonly BenchCase[], results: ReadonlyMap<string, BenchResult>): string {
  const measured = cases.flatMap(({ id }) => results.get(id) ?? []);
  const rows = cases.map(({ id, title }) => {
    const result = results.get(id);
    if (result === undefined) return [id, title, "not measured yet", "", ""];
    const { cores, before, mean, highest } = result.load;
    const load = `${before.toFixed(1)} / ${mean.toFixed(1)} / ${highest.toFixed(1)}`;
    return [id, title, time(result.seconds), `${load} on ${cores} cores`, result.day];
  });
  return [
    INTRODUCTION,
    table(["case", "what", "in all", "load before / mean / highest", "day"], rows),
    ...measured.map(section),
    floor,
  ].join("\n");
}

function section(result: BenchResult): string {
  const { id, title, milestones = [], phases = [], calls = [], commands = [] } = result;
  const parts = [`## ${id}: ${title}\n`];
  if (milestones.length > 0) {
    parts.push(
      table(
        ["reached", "seconds after the beginning"],
        milestones.map(({ what, seconds }) => [what, seconds.toFixed(0)]),
      ),
    );
  }
  if (commands.length > 0) parts.push(commandTable(commands));
  if (phases.length > 0) {
    parts.push(
      "Where the hosts' time went, in seconds (median, longest of a host):\n",
      table(["phase", "behind AMT", "behind a plug", "share of all hosts' time"], phases.map(phaseRow)),
    );
  }
  if (calls.length > 0) {
    parts.push(
      "What the devices were asked in that time, by their own counters:\n",
      table(
        ["device", "how many", "calls (median, most)", "power reads", "power actions", "of a plug's budget"],
        calls.map(
          ({ device, hosts, medianCalls, mostCalls, medianPowerReads, medianActions, budgetUsed }) => [
            device,
            String(hosts),
            `${medianCalls}, ${mostCalls}`,
            String(medianPowerReads),
            String(medianActions),
            budgetUsed === undefined ? "–" : percent(budgetUsed),
          ],
        ),
      ),
    );
  }
  return parts.join("\n");
}

/** Each as a multiple of the first, which is the same everywhere. */
function commandTable(commands: readonly CommandTime[]): string {
  const [yardstick] = commands;
  const rows = commands.map(({ command, runs, medianSeconds, longestSeconds }) => [
    `\`${command}\``,
    `${medianSeconds.toFixed(2)}, ${longestSeconds.toFixed(2)} (${runs} runs)`,
    (medianSeconds / (yardstick?.medianSeconds ?? Number.NaN)).toFixed(1),
  ]);
  return table(["command", "seconds (median, longest)", `times \`${yardstick?.command}\``], rows);
}

function phaseRow({ phase, devices, share }: PhaseRow): string[] {
  const spent = (entry: PhaseTime | undefined): string =>
    entry === undefined ? "–" : `${entry.medianSeconds.toFixed(1)}, ${entry.longestSeconds.toFixed(1)}`;
  return [phase, spent(devices.amt), spent(devices.tapo), share === undefined ? "beside" : percent(share)];
}

function time(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return `${[line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
