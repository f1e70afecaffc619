import { ConfigurationError } from "../../components/config/configuration-error.ts";
import { problemLine } from "../../components/config/problem.ts";
import { inParallel } from "../../components/parallel/in-parallel.ts";
import type { Check, Diagnosis, Finding } from "./doctor/check.ts";
import { configurationCheck } from "./doctor/configuration.ts";
import { controllersCheck } from "./doctor/controllers.ts";
import { deviceCheck } from "./doctor/device.ts";
import { emulatorCheck } from "./doctor/emulator.ts";
import { infraClusterCheck } from "./doctor/infra-cluster.ts";
import { ironicLoginCheck, ironicReadyCheck } from "./doctor/ironic.ts";
import { Patient } from "./doctor/patient.ts";
import { preflightChecks } from "./doctor/preflight.ts";
import { reachableClusterCheck } from "./doctor/reachable-cluster.ts";
import { workloadClusterCheck } from "./doctor/workload-cluster.ts";
import { LabContext, type LabOptions } from "./lab-context.ts";
import { textTable } from "./text-table.ts";

/** Most of the time of a check is waiting; more at once would crowd the emulator. */
const atOnce = 12;

/** preflight: what has to be right before there is a lab, alone. */
export type Extent = "everything" | "preflight";

/**
 * Looks at all parts of a lab, whatever is wrong with some of them, and says of each what it found.
 * @throws LabError when it is not clear which lab is meant.
 */
export async function doctor(
  options: LabOptions,
  extent: Extent = "everything",
): Promise<readonly Diagnosis[]> {
  let lab: LabContext;
  try {
    lab = await LabContext.open(options);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const detail = `${error.problems.map(problemLine).join("; ")} Nothing else was looked at.`;
    return [{ title: "configuration", status: "fail", detail, fix: "edit the stack file" }];
  }
  const patient = new Patient(lab);
  const devices = lab.config.hosts.map((host) => deviceCheck(patient, host));
  const checks: readonly Check[] =
    extent === "preflight"
      ? [configurationCheck(patient), reachableClusterCheck(patient), ...preflightChecks(patient), ...devices]
      : [
          configurationCheck(patient),
          infraClusterCheck(patient),
          ...preflightChecks(patient),
          controllersCheck(patient),
          ironicReadyCheck(patient),
          ironicLoginCheck(patient),
          emulatorCheck(patient),
          ...devices,
          ...lab.config.clusters.map(({ name }) => workloadClusterCheck(patient, name)),
        ];
  const found = await inParallel(checks, atOnce, async (check) =>
    (await outcome(check)).map((finding) => ({ title: check.title, ...finding })),
  );
  return found.flat();
}

/** One check that fails in a way that nobody thought of must not keep the others from being told. */
async function outcome({ run }: Check): Promise<readonly Finding[]> {
  try {
    return [await run()].flat();
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return [{ status: "fail", detail, fix: "this was not foreseen: report it, with this line" }];
  }
}

/** The report for people: a line for each finding, why it matters and the fix below it, and the sum. */
export function doctorText(report: readonly Diagnosis[]): string {
  const rows = report.map(({ status, title, detail }) => [status.toUpperCase(), title, oneLine(detail)]);
  const lines = textTable(rows)
    .split("\n")
    .flatMap((line, index) => {
      const below = advice(report[index]);
      // What follows from one failure has one fix, told once.
      return below.join() === advice(report[index + 1]).join() ? [line] : [line, ...below];
    });
  const count = (wanted: Finding["status"]): number =>
    report.filter(({ status }) => status === wanted).length;
  const skipped = count("skip") === 0 ? "" : `${count("skip")} not looked at, `;
  const sum = `${count("ok")} ok, ${skipped}${count("warn")} to look at, ${count("fail")} failed`;
  return [...lines, "", sum].join("\n");
}

function advice(finding: Finding | undefined): readonly string[] {
  if (finding === undefined || finding.status === "ok") return [];
  const indent = " ".repeat(6);
  if (finding.status === "skip") return [`${indent}to have it looked at: ${oneLine(finding.fix)}`];
  const why = finding.why === undefined ? [] : [`${indent}why: ${oneLine(finding.why)}`];
  return [...why, `${indent}fix: ${oneLine(finding.fix)}`];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
