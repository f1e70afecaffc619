import { clusterAnswers } from "../../../components/preflight/checks/cluster-answers.ts";
import { runCheck } from "../../../components/preflight/run-check.ts";
import type { Check } from "./check.ts";
import type { Patient } from "./patient.ts";

/** Whether the infra cluster answers, be there a lab in it or not. */
export function reachableClusterCheck({ scene }: Patient): Check {
  return { title: clusterAnswers.title, run: () => runCheck(clusterAnswers, scene) };
}
