import { ConfigurationError } from "../../components/config/configuration-error.ts";
import { problemLine } from "../../components/config/problem.ts";
import type { Check, Diagnosis, Finding } from "./doctor/check.ts";
import { configurationCheck } from "./doctor/configuration.ts";
import { controllersCheck } from "./doctor/controllers.ts";
import { deviceCheck } from "./doctor/device.ts";
import { emulatorCheck } from "./doctor/emulator.ts";
import { infraClusterCheck } from "./doctor/infra-cluster.ts";
import { ironicLoginCheck, ironicReadyCheck } from "./doctor/ironic.ts";
import { Patient } from "./doctor/patient.ts";
import { workloadClusterCheck } from "./doctor/workload-cluster.ts";
import { inParallel } from "./in-parallel.ts";
import { LabContext, type LabOptions } from "./lab-context.ts";
import { textTable } from "./text-table.ts";

/** Most of the time of a check is waiting; more at once would crowd the emulator. */
const atOnce = 12;

/**
 * Looks at all parts of a lab, whatever is wrong with some of them, and says of each what it found.
 * @throws LabError when it is not clear which lab is meant.
 */
export async function doctor(options: LabOptions): Promise<readonly Diagnosis[]> {
  let lab: LabContext;
  try {
    lab = await LabContext.open(options);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const detail = `${error.problems.map(problemLine).join("; ")} Nothing else was looked at.`;
    return [{ title: "configuration", status: "fail", detail, fix: "edit the stack file" }];
  }
  const patient = new Patient(lab);
  const checks: readonly Check[] = [
    configurationCheck(lab),
    infraClusterCheck(patient),
    controllersCheck(patient),
    ironicReadyCheck(patient),
    ironicLoginCheck(patient),
    emulatorCheck(patient),
    ...lab.config.hosts.map(({ name }) => deviceCheck(patient, name)),
    ...lab.config.clusters.map(({ name }) => workloadClusterCheck(patient, name)),
  ];
  return inParallel(checks, atOnce, async (check) => ({ title: check.title, ...(await outcome(check)) }));
}

/** One check that fails in a way that nobody thought of must not keep the others from being told. */
async function outcome({ run }: Check): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { status: "fail", detail, fix: "this was not foreseen: report it, with this line" };
  }
}

/** The report for people: a line for each check, the fix below it, and the sum. */
export function doctorText(report: readonly Diagnosis[]): string {
  const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
  const fixOf = (finding: Finding | undefined): string | undefined =>
    finding === undefined || finding.status === "ok" ? undefined : oneLine(finding.fix);
  const rows = report.map(({ status, title, detail }) => [status.toUpperCase(), title, oneLine(detail)]);
  const indent = " ".repeat(6);
  const lines = textTable(rows)
    .split("\n")
    .flatMap((line, index) => {
      const fix = fixOf(report[index]);
      // What follows from one failure has one fix, told once.
      return fix === undefined || fix === fixOf(report[index + 1]) ? [line] : [line, `${indent}fix: ${fix}`];
    });
  const count = (wanted: Finding["status"]): number =>
    report.filter(({ status }) => status === wanted).length;
  return [...lines, "", `${count("ok")} ok, ${count("warn")} to look at, ${count("fail")} failed`].join("\n");
}
