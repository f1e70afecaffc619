import { Command } from "commander";
import { type AdoptPlan, adoptPlan } from "../adopt/adopt-plan.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

interface AdoptOptions {
  readonly suspendFlux?: true;
  readonly json?: true;
}

/** `lab adopt`. Exit code 1 while something is in the way. */
export function adoptCommand({ open, note }: CommandContext): Command {
  return new Command("adopt")
    .description(
      "what pulumi up would take over of a lab that Flux or somebody else runs, and what is in the way",
    )
    .option("--suspend-flux", "suspend what of Flux is at work on it; else nothing is changed")
    .option("--json", "for programs")
    .addHelpText(
      "after",
      `
Asks pulumi for a preview and the API server, by dry runs, whether it would accept each object that is there. Exit code 1 while
something is in the way. The way of such a lab to Pulumi, step by step: docs/adopt.md.
${examples("lab adopt", "lab adopt --suspend-flux && PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true pulumi up")}`,
    )
    .action(async ({ suspendFlux, json }: AdoptOptions) => {
      const lab = await open();
      const api = lab.infra();
      note("asking pulumi what it would make");
      const plan = await adoptPlan(api, await lab.pulumi.preview(lab.stack, lab.configFile));
      if (suspendFlux) {
        for (const { name, path, suspension } of plan.flux) {
          await api.patch(path, suspension);
          note(`${name} is suspended`);
        }
      }
      const left = suspendFlux ? { ...plan, flux: [] } : plan;
      console.log(json ? JSON.stringify(left, null, 2) : planText(left));
      const inTheWay = left.flux.length > 0 || left.adopt.some(({ refusal }) => refusal !== null);
      if (inTheWay) process.exitCode = 1;
    });
}

function planText({ adopt, create, flux }: AdoptPlan): string {
  const refused = adopt.filter(({ refusal }) => refusal !== null);
  const taken = adopt.filter(({ refusal }) => refusal === null);
  const byOwner = ({ name, owners }: AdoptPlan["adopt"][number]) =>
    `  ${name}${owners.length === 0 ? "" : `  (Flux: ${owners.at(-1)})`}`;
  return [
    `To be taken over as they are: ${taken.length}`,
    ...taken.map(byOwner),
    ...(refused.length === 0 ? [] : ["", `In the way: ${refused.length}`]),
    ...refused.map((one) => `${byOwner(one)}\n    ${one.refusal}`),
    ...(flux.length === 0 ? [] : ["", "Still at work, and to be suspended first (--suspend-flux):"]),
    ...flux.map(({ name }) => `  ${name}`),
    "",
    `To be made: ${create}`,
  ].join("\n");
}
