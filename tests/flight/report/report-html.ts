import { allowedCalls } from "../checks/plug-budget.ts";
import { escapeHtml } from "./escape-html.ts";
import type { FlightReport, LegReport, StoryReport } from "./flight-report.ts";
import { clock, ganttSvg } from "./gantt-svg.ts";
import { reportStyle, stateClass } from "./report-style.ts";

/**
 * The report of a flight as one HTML document that needs nothing else: no script, no font, no picture from outside. Pure.
 * What the pictures show stands in tables as well.
 */
export function reportHtml({ title, legs }: FlightReport): string {
  const stories = legs.flatMap((leg) => leg.stories);
  const failed = stories.filter(({ failure }) => failure !== undefined).length;
  const verdict =
    failed === 0
      ? `<p class="good">All ${stories.length} stories passed.</p>`
      : `<p class="bad">${failed} of ${stories.length} stories failed.</p>`;
  return [
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeHtml(title)}</title><style>${reportStyle}</style></head><body>`,
    `<header><h1>${escapeHtml(title)}</h1>${verdict}`,
    '<p class="soft">Real Pulumi, Cluster API, Metal3 and Ironic; simulated machines and power devices.</p></header>',
    "<main>",
    ...legs.map((leg, index) => legSection(leg, `leg-${index + 1}`)),
    "</main></body></html>",
    "",
  ].join("\n");
}

function legSection(leg: LegReport, id: string): string {
  return [
    `<section aria-labelledby="${id}-heading"><h2 id="${id}-heading">Lab ${escapeHtml(leg.lab)}</h2>`,
    `<p class="soft">${escapeHtml(new Date(leg.from).toISOString())}, ${clock(leg.to - leg.from)} minutes</p>`,
    `<div class="wide">${ganttSvg(leg, id)}</div>`,
    legend(leg),
    `<details><summary>The same as a table</summary>${segmentTable(leg)}</details>`,
    ...leg.stories.map(storyArticle),
    callsTable(leg),
    "</section>",
  ].join("\n");
}

function legend({ hosts, api }: LegReport): string {
  const states = [...new Set(hosts.map(({ state }) => state))];
  const answers = api.length > 0 ? ["yes", "no"] : [];
  const names: Readonly<Record<string, string>> = { yes: "API answers", no: "API does not answer" };
  const items = [...states, ...answers, "on", "off"].map((state) => {
    const name = names[state] ?? (state === "on" || state === "off" ? `power ${state}` : state);
    return `<li><i class="${stateClass(state)}"></i>${escapeHtml(name)}</li>`;
  });
  return `<ul class="legend">${items.join("")}</ul>`;
}

function segmentTable({ hosts, machines, api, from }: LegReport): string {
  const rows = [
    ...hosts.map((segment) => ({ what: "host", ...segment })),
    ...machines.map((segment) => ({ what: "machine", ...segment })),
    ...api.map((segment) => ({ what: "API", ...segment })),
  ]
    .toSorted((one, other) => one.from - other.from)
    .map(
      ({ what, lane, state, from: began, to, detail }) =>
        `<tr><td>${what}</td><th scope="row">${escapeHtml(lane)}</th><td>${escapeHtml(state)}</td>` +
        `<td class="number">${clock(began - from)}</td><td class="number">${((to - began) / 1000).toFixed(1)} s</td>` +
        `<td>${escapeHtml(detail)}</td></tr>`,
    );
  return (
    '<table><caption>States by the time at which they began</caption><thead><tr><th scope="col">kind</th>' +
    '<th scope="col">name</th><th scope="col">state</th><th scope="col">from</th><th scope="col">for</th>' +
    `<th scope="col">told</th></tr></thead><tbody>${rows.join("\n")}</tbody></table>`
  );
}

function storyArticle(story: StoryReport): string {
  const { id, title, about, commands, from, to, checks, failure } = story;
  const verdict = failure ? `<span class="bad">failed</span>` : `<span class="good">passed</span>`;
  const difference = failure
    ? `<pre class="difference">${escapeHtml(
        `${failure.what}\n  expected: ${failure.expected}\n  actual:   ${failure.actual}\n  logs:     ${failure.logs}`,
      )}</pre>`
    : "";
  const list = checks.map(({ what, ok, found }) => {
    const mark = ok ? '<span class="good">✓</span>' : '<span class="bad">✗</span>';
    return `<li>${mark} ${escapeHtml(what)}: <span class="soft">${escapeHtml(found)}</span></li>`;
  });
  return [
    `<article><h3>${escapeHtml(id)}. ${escapeHtml(title)} — ${verdict} in ${clock(to - from)}</h3>`,
    `<p>${escapeHtml(about)}</p><pre>${escapeHtml(commands.join("\n"))}</pre>${difference}`,
    `<ul class="checks">${list.join("\n")}</ul></article>`,
  ].join("\n");
}

function callsTable({ calls }: LegReport): string {
  const rows = calls.map((sum) => {
    const allowed = sum.device === "tapo" ? String(allowedCalls(sum)) : "–";
    const cells = [sum.seconds.toFixed(0), sum.powerReads, sum.actions, sum.total, allowed];
    return (
      `<tr><th scope="row">${escapeHtml(sum.host)}</th><td>${sum.device === "tapo" ? "plug" : "AMT"}</td>` +
      `${cells.map((cell) => `<td class="number">${cell}</td>`).join("")}</tr>`
    );
  });
  if (rows.length === 0) return "";
  return (
    '<table><caption>What each power device was asked</caption><thead><tr><th scope="col">host</th><th scope="col">device</th>' +
    '<th scope="col">seconds</th><th scope="col">state reads</th><th scope="col">power actions</th><th scope="col">calls</th>' +
    `<th scope="col">allowed</th></tr></thead><tbody>${rows.join("\n")}</tbody></table>`
  );
}
