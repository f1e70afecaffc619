import { type Operation, operations, type Plan, type Step } from "./plan.ts";

/** What a preview was made with. */
export interface PreviewContext {
  readonly stack: string;
  /** Where the state is from, as half a sentence; undefined: there is none. */
  readonly state: string | undefined;
  /** Each a sentence about what this preview could not see, from the way it was made. */
  readonly blind: readonly string[];
  /** Pulumi ended with an error that is not a policy's. */
  readonly failed: boolean;
}

/** By what a workflow finds its own comment again, to change it in the place of writing another. */
export const commentMark = (stack: string): string => `<!-- edge-lab:preview:${stack} -->`;

/** GitHub takes 65536 characters; a lab without state is all new, and longer. */
const longest = 60_000;
const mostRows = 200;

const marks: Readonly<Record<Operation, string>> = { create: "+", update: "~", replace: "+-", delete: "-" };

/** A preview as a Markdown comment. Pure: the same plan gives the same text. */
export function previewComment(plan: Plan, context: PreviewContext): string {
  const sections = [
    firstLine(context),
    context.failed ? `**The preview failed.**\n\n${bullets(plan.errors.map(fenced))}` : summary(plan),
    findings(plan),
    table(plan.steps),
    notKnown(plan, context),
    warnings(plan),
  ].filter((section) => section !== "");
  const text = sections.join("\n\n");
  const end = `\n\n${commentMark(context.stack)}\n`;
  if (text.length + end.length <= longest) return text + end;
  return `${text.slice(0, longest - end.length - 40).replace(/\n[^\n]*$/, "")}\n\n… cut: see the job's log.${end}`;
}

function firstLine({ stack, state }: PreviewContext): string {
  return state === undefined
    ? `No state: stack \`${stack}\` is compared with nothing, so all of it is shown as new.`
    : `Stack \`${stack}\`, compared with ${state}.`;
}

function summary({ steps, findings }: Plan): string {
  const counts = operations.map((operation) => {
    const count = steps.filter((step) => step.operation === operation).length;
    return `${count} to ${operation}`;
  });
  const stopped = findings.filter(({ stops }) => stops).length;
  const policies = stopped === 0 ? "no policy stops it" : `**policies stop it: ${stopped} findings**`;
  return steps.length === 0 ? `Nothing changes; ${policies}.` : `**${counts.join(", ")}**; ${policies}.`;
}

function findings(plan: Plan): string {
  if (plan.findings.length === 0) return "";
  const lines = plan.findings.map(
    ({ policy, stops, message }) => `${stops ? "**stops**" : "note"} \`${policy}\`: ${escaped(message)}`,
  );
  return `### Policies\n\n${bullets([...new Set(lines)])}`;
}

function table(steps: readonly Step[]): string {
  if (steps.length === 0) return "";
  const rows = steps.slice(0, mostRows).map(({ operation, kind, name, changes, unknown }) => {
    const paths = changes.slice(0, 8).map((path) => `\`${path}\``);
    if (changes.length > 8) paths.push(`and ${changes.length - 8} more`);
    const known = unknown.length === 0 ? "" : `${unknown.length} not known yet`;
    return `| \`${marks[operation]}\` ${operation} | ${kind} | ${name} | ${[paths.join(", "), known].filter(Boolean).join("; ")} |`;
  });
  const more = steps.length > mostRows ? `\n\n… and ${steps.length - mostRows} more: see the job's log.` : "";
  const head = "| | kind | name | what changes |\n| --- | --- | --- | --- |";
  const body = `${head}\n${rows.join("\n")}${more}`;
  // What matters in a review is never folded away.
  return steps.length <= 40 || steps.some(({ operation }) => operation !== "create")
    ? `### Plan\n\n${body}`
    : `### Plan\n\n<details><summary>${steps.length} new resources</summary>\n\n${body}\n\n</details>`;
}

function notKnown({ steps, infos, warnings: said }: Plan, { blind }: PreviewContext): string {
  const clientSide = infos.filter((text) => text.startsWith("client-side only preview"));
  const manifests = said.filter(isAboutManifests);
  const waiting = steps.filter(({ unknown }) => unknown.length > 0);
  const count = waiting.reduce((sum, { unknown }) => sum + unknown.length, 0);
  const lines = [
    ...blind,
    ...clientSide.map((text) => `The infra cluster was not asked (${escaped(text)}).`),
    ...manifests.map(
      (text) =>
        `${escaped(text)}. What a missing manifest holds is shown neither as new nor as changed, and as deleted where the state has it.`,
    ),
    ...(count === 0
      ? []
      : [`${count} values that only the update will know, in ${waiting.length} resources.`]),
  ];
  return lines.length === 0 ? "" : `### What this preview could not know\n\n${bullets(lines)}`;
}

/** What says only which of the tools was taken. */
const ofTools = /^using \S+ from \$PATH|resource plugin \S+ is expected to have version/;

function warnings({ warnings: said }: Plan): string {
  const other = said.filter((text) => !isAboutManifests(text) && !ofTools.test(text));
  return other.length === 0 ? "" : `### Warnings\n\n${bullets(other.map(escaped))}`;
}

function isAboutManifests(text: string): boolean {
  return text.startsWith("Not all of the lab could be had");
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

/** One line that Markdown reads as text; addresses stay readable. */
function escaped(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/[|<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function fenced(text: string): string {
  return `\n  \`\`\`text\n${text
    .replaceAll("```", "'''")
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n")}\n  \`\`\``;
}
