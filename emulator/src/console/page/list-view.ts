import type { VNode } from "preact";
import type { MachineList, MachineRow, Shown } from "../api-types.ts";
import { ageText } from "./age-text.ts";
import type { ConsoleModel } from "./console-model.ts";
import { eventList } from "./event-list.ts";
import { html } from "./html.ts";
import { labPart } from "./lab-part.ts";
import { latencyCurve } from "./latency-curve.ts";
import { stateMarks } from "./state-marks.ts";
import { words } from "./words.ts";

const FILTERS: readonly (readonly [Shown, string])[] = [
  ["all", "All"],
  ["on", "On"],
  ["off", "Off"],
  ["attention", "Need attention"],
];
const COLUMNS = [
  "Machine",
  "Power",
  "Health",
  "Kubernetes",
  "Next boot",
  "Last action",
  "Device",
  "Energy",
  "Actions",
];

/** All machines at a glance, and what happened last. */
export function listView(model: ConsoleModel): VNode {
  const { machines, search, show, events, now } = model.state;
  return html`
    <div class="toolbar">
      <h1>Machines</h1>
      <div class="filters" role="group" aria-label="Which machines are shown">
        ${FILTERS.map(
          ([kind, name]) => html`
            <button type="button" key=${kind} class=${`chip ${kind}`} aria-pressed=${show === kind} onClick=${() => model.show(kind)}>
              ${name} <b>${machines?.counts[kind] ?? "–"}</b>
            </button>
          `,
        )}
      </div>
      <input
        type="search"
        aria-label="Search machines"
        placeholder="Search name, address, MAC, node, state"
        value=${search}
        onInput=${(event: InputEvent) => model.search((event.currentTarget as HTMLInputElement).value)}
      />
    </div>
    ${machines?.lab && labPart.problem(machines.lab, now)}
    ${machines ? table(model, machines) : html`<p role="status">Waiting for the machines …</p>`}
    ${
      machines?.lab &&
      html`<section aria-labelledby="clusters">
        <h2 id="clusters">Clusters</h2>
        ${machines.lab.clusters.length === 0 && html`<p class="muted">Kubernetes knows none yet.</p>`}
        <div class="columns">${labPart.clusters(machines.lab)}</div>
      </section>`
    }
    <section aria-labelledby="events">
      <h2 id="events">Events</h2>
      ${eventList(events, now, true)}
    </section>
  `;
}

function table(model: ConsoleModel, list: MachineList): VNode {
  const { rows, page, pages, found, lab } = list;
  if (found === 0) return html`<p class="empty" role="status">No machine fits.</p>`;
  // The roles stay said where the style makes cards of the rows.
  return html`
    <table role="table" class="machines">
      <thead role="rowgroup">
        <tr role="row">
          ${COLUMNS.filter((name) => lab || name !== "Kubernetes").map((name) => html`<th role="columnheader" scope="col" key=${name}>${name}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map((row) => machineRow(model, row, lab !== undefined))}
      </tbody>
    </table>
    <nav class="pages" aria-label="Pages of machines">
      <span role="status">${found} ${found === 1 ? "machine" : "machines"}${pages > 1 ? `, page ${page} of ${pages}` : ""}</span>
      ${
        pages > 1 &&
        html`
          <button type="button" disabled=${page <= 1} onClick=${() => model.turnTo(page - 1)}>Previous</button>
          <button type="button" disabled=${page >= pages} onClick=${() => model.turnTo(page + 1)}>Next</button>
        `
      }
    </nav>
  `;
}

function machineRow(model: ConsoleModel, row: MachineRow, inLab: boolean): VNode {
  const { name, driver, address, power, health, problem, last, latency, breaker, login, watts } = row;
  const { now, acting } = model.state;
  const action = power === "On" || power === "PoweringOn" || power === "Paused" ? "off" : "on";
  return html`
    <tr role="row" key=${name} class=${health === "OK" && !row.kubernetes?.error ? "" : "attention"}>
      <th role="rowheader" scope="row">
        <a href=${`#/machines/${encodeURIComponent(name)}`}>${name}</a>
        <span class="sub">${driver} · ${address}</span>
      </th>
      <td role="cell" data-name="Power">${stateMarks.power(power)}<span class="sub">${stateMarks.readAge(row, now)}</span></td>
      <td role="cell" data-name="Health">${stateMarks.health(health)}${problem !== undefined && html`<span class="sub clip" title=${problem}>${problem}</span>`}</td>
      ${inLab && html`<td role="cell" data-name="Kubernetes">${labPart.cell(row.kubernetes)}</td>`}
      <td role="cell" data-name="Next boot">${stateMarks.boot(row)}</td>
      <td role="cell" data-name="Last action">
        ${
          last
            ? html`<span class=${`clip ${last.outcome === "done" ? "" : "failed"}`} title=${last.text}>${last.text}</span>
                <span class="sub">${words.outcome[last.outcome]}, ${ageText(now - last.at)}</span>`
            : html`<span class="muted">none</span>`
        }
      </td>
      <td role="cell" data-name="Device">
        ${latencyCurve(latency)}
        ${breaker !== "closed" && html`<span class="sub failed">breaker ${breaker}</span>`}
        ${login === "refused" && html`<span class="sub failed">login refused</span>`}
      </td>
      <td role="cell" data-name="Energy">${watts === undefined ? html`<span class="muted">not measured</span>` : `${watts.toFixed(1)} W`}</td>
      <td role="cell" data-name="Actions" class="actions">
        <button type="button" aria-label=${`${words.action[action]} ${name}`} aria-disabled=${acting.has(name) || model.state.session?.mayAct === false} onClick=${() => model.want(name, action)}>
          ${words.action[action]}
        </button>
      </td>
    </tr>
  `;
}
