import type { VNode } from "preact";
import type { TimelineEvent } from "../api-types.ts";
import { ageText } from "./age-text.ts";
import { html } from "./html.ts";

/** What happened, the newest first. */
export function eventList(events: readonly TimelineEvent[], now: number, withMachine: boolean): VNode {
  if (events.length === 0) return html`<p class="muted">Nothing has happened yet.</p>`;
  return html`
    <ol class="events">
      ${events.map((event) => {
        const { id, at, kind, machine, text, warning, outcome, username, origin } = event;
        const who = [username, origin && `from ${origin}`].filter(Boolean).join(" ");
        return html`
          <li key=${id} class=${warning ? "warning" : ""}>
            <time datetime=${new Date(at).toISOString()} title=${new Date(at).toLocaleString()}>${ageText(now - at)}</time>
            <span class="kind">${kind}${outcome !== undefined && outcome !== "done" ? ` ${outcome}` : ""}</span>
            <span class="what">
              ${withMachine && machine !== undefined && html`<a href=${`#/machines/${encodeURIComponent(machine)}`}>${machine}</a>`} ${text}
              ${who !== "" && html`<span class="sub">by ${who}</span>`}
            </span>
          </li>
        `;
      })}
    </ol>
  `;
}
