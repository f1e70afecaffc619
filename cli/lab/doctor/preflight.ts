import { clusterAnswers } from "../../../components/preflight/checks/cluster-answers.ts";
import { clusterChecks, networkChecks } from "../../../components/preflight/checks/index.ts";
import { runCheck } from "../../../components/preflight/run-check.ts";
import type { Check } from "./check.ts";
import type { Patient } from "./patient.ts";

/**
 * What has to be right before a lab is made, and stays so; the devices, which are asked in another way once the emulator is there,
 * are apart.
 */
export function preflightChecks(patient: Patient): readonly Check[] {
  const { lab, scene } = patient;
  // Of the infra cluster itself the doctor has a check of its own.
  const checks = [...clusterChecks, ...networkChecks(lab.config)].filter((check) => check !== clusterAnswers);
  return checks.map((check) => ({ title: check.title, run: () => runCheck(check, scene) }));
}
