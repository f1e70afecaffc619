import { Command } from "commander";
import { type AdoptPlan, adoptPlan } from "../adopt/adopt-plan.ts";
import { releaseClaims } from "../adopt/claims.ts";
import { isClear, planText } from "../adopt/plan-text.ts";
import { unseenPreview } from "../adopt/unseen-preview.ts";
import type { KubeApi } from "../kube-api.ts";
import { LabError } from "../lab-error.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

interface AdoptOptions {
  readonly suspendFlux?: true;
  readonly release?: true;
  readonly json?: true;
}

/** `lab adopt`. Exit code 1 while something is in the way. */
export function adoptCommand({ open, note }: CommandContext): Command {
  return new Command("adopt")
    .description(
      "what pulumi up would take over of a lab that Flux or somebody else runs, and what is in the way",
    )
    .option("--suspend-flux", "suspend what of Flux is at work on it")
    .option(
      "--release",
      "take the claims of who wrote it off what has the same values, and off what is neither host nor cluster",
    )
    .option("--json", "for programs")
    .addHelpText(
      "after",
      `
Without --suspend-flux and --release nothing is changed. Asks pulumi for a preview and the API server, by dry runs, whether it would
accept each object that is there. Exit code 1 while something is in the way. The way of such a lab to Pulumi, step by step: docs/adopt.md.
${examples("lab adopt", "lab adopt --suspend-flux --release && PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true pulumi up")}`,
    )
    .action(async ({ suspendFlux, release, json }: AdoptOptions) => {
      const lab = await open();
      const api = lab.infra();
      note("asking pulumi what it would make");
      const preview = await unseenPreview(lab);
      let plan = await adoptPlan(api, preview);
      // First of all: what is at work would take back whatever else is changed.
      if (suspendFlux === true) await suspend(api, plan, note);
      if (release === true) {
        await takeClaimsOff(api, plan, suspendFlux === true, note);
      }
      if (suspendFlux === true || release === true) plan = await adoptPlan(api, preview);
      console.log(json === true ? JSON.stringify(plan, null, 2) : planText(plan));
      if (!isClear(plan)) process.exitCode = 1;
    });
}

async function suspend(api: KubeApi, { flux }: AdoptPlan, note: (line: string) => void): Promise<void> {
  for (const { name, path, suspension } of flux) {
    await api.patch(path, suspension);
    note(`${name} is suspended`);
  }
}

async function takeClaimsOff(
  api: KubeApi,
  { adopt, flux }: AdoptPlan,
  atRest: boolean,
  note: (line: string) => void,
): Promise<void> {
  if (!atRest && flux.length > 0) {
    const names = flux.map(({ name }) => name).join(", ");
    throw new LabError(`${names} would write them again`, "Suspend it as well: --suspend-flux --release");
  }
  for (const { name, path, release } of adopt) {
    if (release.length === 0 || path === undefined) continue;
    await releaseClaims(api, path, release);
    note(`${name} is released by ${release.join(", ")}`);
  }
}
