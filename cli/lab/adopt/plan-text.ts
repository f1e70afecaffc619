import type { Adoption, AdoptPlan } from "./adopt-plan.ts";

/** Whether `pulumi up` may be run: nobody else is at work, and nothing would be refused. */
export function isClear({ adopt, flux }: AdoptPlan): boolean {
  return flux.length === 0 && adopt.every(({ refusal }) => refusal === null);
}

/** A plan for people. Pure. */
export function planText(plan: AdoptPlan): string {
  const { adopt, create, left, flux } = plan;
  const taken = adopt.filter(({ refusal }) => refusal === null);
  const claimed = adopt.filter(({ refusal, release }) => refusal !== null && release.length > 0);
  const refused = adopt.filter(({ refusal, release }) => refusal !== null && release.length === 0);
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`${title}: ${lines.length}`, ...lines.map((line) => `  ${line}`), ""];
  return [
    ...section("To be taken over", taken.map(takenLine)),
    ...section(
      "Still at work, and to be suspended first (--suspend-flux)",
      flux.map(({ name }) => name),
    ),
    ...section("Claimed by who wrote them; --release takes the claim off", claimed.map(refusedLine)),
    ...section("In the way", refused.map(refusedLine)),
    ...section("Hosts that the stack file does not name, left as they are", left),
    `To be made: ${create.length}`,
    "",
    isClear(plan)
      ? "Nothing is in the way: PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true pulumi up"
      : "Not yet: see above.",
  ].join("\n");
}

const mostChanges = 4;

function takenLine({ name, owners, changes }: Adoption): string {
  const shown = changes.slice(0, mostChanges).join(", ");
  const more = changes.length > mostChanges ? ` and ${changes.length - mostChanges} more` : "";
  const owner = owners.at(-1);
  return `${name}${owner === undefined ? "" : `  (Flux: ${owner})`}${shown === "" ? "" : `  sets ${shown}${more}`}`;
}

function refusedLine({ name, owners, refusal }: Adoption): string {
  const owner = owners.at(-1);
  return `${name}${owner === undefined ? "" : `  (Flux: ${owner})`}\n    ${refusal}`;
}
