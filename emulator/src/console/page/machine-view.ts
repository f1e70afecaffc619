import type { VNode } from "preact";
import type { MachineDetail } from "../api-types.ts";
import { ageText } from "./age-text.ts";
import type { ConsoleModel } from "./console-model.ts";
import { eventList } from "./event-list.ts";
import { html } from "./html.ts";
import { labPart } from "./lab-part.ts";
import { latencyCurve } from "./latency-curve.ts";
import { stateMarks } from "./state-marks.ts";
import { words } from "./words.ts";

/** All about one machine. */
export function machineView(model: ConsoleModel, name: string): VNode {
  const { detail, detailError } = model.state;
  return html`
    <p class="back"><a href="#/">All machines</a></p>
    ${
      detail && detail.name === name
        ? known(model, detail)
        : html`<h1>${name}</h1><p role="status">${detailError ?? "Asking …"}</p>`
    }
  `;
}

function known(model: ConsoleModel, detail: MachineDetail): VNode {
  const { now, acting, session } = model.state;
  const { name, power, health, problem, problemSince, failures, facts, actions, events, lab, kubernetes } =
    detail;
  return html`
    <div class="title">
      <h1>${name}</h1>
      ${stateMarks.power(power)}
      <span class="muted">${stateMarks.readAge(detail, now)}</span>
    </div>
    ${
      problem !== undefined &&
      html`<p class=${`problem ${health === "Critical" ? "bad" : "warn"}`}>
        <b>${words.health[health]}.</b> ${problem}.
        <span class="sub">${problemSince !== undefined && `It began ${ageText(now - problemSince)}`}${failures !== undefined && `, ${failures} failed in a row`}</span>
      </p>`
    }
    <div class="buttons" role="group" aria-label=${`Actions on ${name}`}>
      ${actions.map(
        (action) => html`
          <button type="button" key=${action} aria-disabled=${acting.has(name) || session?.mayAct === false} onClick=${() => model.want(name, action)}>
            ${words.action[action]}
          </button>
        `,
      )}
    </div>
    ${lab && labPart.problem(lab, now)}
    <div class="columns">
      <section class="card" aria-labelledby="state"><h2 id="state">State</h2>${pairs(stateOf(detail, now))}</section>
      <section class="card" aria-labelledby="device"><h2 id="device">Device</h2>${pairs(deviceOf(detail, now))}</section>
      ${
        lab &&
        html`<section class="card" aria-labelledby="kubernetes"><h2 id="kubernetes">Kubernetes</h2>${pairs(labPart.pairs(kubernetes))}</section>
          ${labPart.clusters(lab)}`
      }
      ${
        facts.length > 0 &&
        html`<section class="card" aria-labelledby="facts"><h2 id="facts">Machine</h2>
          ${pairs(facts.map((fact) => [fact.name, fact.value] as const))}</section>`
      }
    </div>
    <section aria-labelledby="events"><h2 id="events">Events</h2>${eventList(events, now, false)}</section>
  `;
}

type Pairs = readonly (readonly [string, unknown])[];

function pairs(list: Pairs): VNode {
  return html`<dl>${list.map(([term, value]) => html`<div key=${term}><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function stateOf(detail: MachineDetail, now: number): Pairs {
  const { health, boot, last, energy } = detail;
  return [
    ["Redfish health", stateMarks.health(health)],
    ["Next boot", stateMarks.boot(detail)],
    ["Boot mode", boot.mode],
    [
      "Last action",
      last ? `${last.text} (${words.outcome[last.outcome]}, ${ageText(now - last.at)})` : "none",
    ],
    ["Power draw", energy ? `${energy.watts.toFixed(1)} W, ${ageText(now - energy.at)}` : "not measured"],
    ...(energy?.kWh === undefined
      ? []
      : [
          [
            "Energy",
            `${energy.kWh.toFixed(2)} kWh${energy.since === undefined ? "" : ` since ${new Date(energy.since).toLocaleDateString()}`}`,
          ] as const,
        ]),
  ];
}

function deviceOf(detail: MachineDetail, now: number): Pairs {
  const { driver, address, breaker, login, calls } = detail;
  const failed = calls.filter((call) => call.failed).length;
  const [first] = calls;
  return [
    ["Driver", driver],
    ["Address", address],
    ["Login", words.login[login]],
    ["Circuit breaker", words.breaker[breaker]],
    ["Latency", latencyCurve(calls.map((call) => (call.failed ? -1 : Math.round(call.milliseconds))))],
    [
      "Errors",
      first
        ? `${failed} of the last ${calls.length} calls; the first of them ${ageText(now - first.at)}`
        : "no calls yet",
    ],
  ];
}
