import type { VNode } from "preact";
import { confirmDialog } from "./confirm-dialog.ts";
import type { ConsoleModel } from "./console-model.ts";
import { html } from "./html.ts";
import { listView } from "./list-view.ts";
import { loginView } from "./login-view.ts";
import { machineView } from "./machine-view.ts";

/** The whole page. */
export function consoleView(model: ConsoleModel): VNode {
  const { session, selected, live, notice } = model.state;
  if (session === null) return loginView(model);
  if (session === undefined)
    return html`<main class="wait"><p role="status">${notice?.text ?? "One moment …"}</p></main>`;
  return html`
    <a class="skip" href="#content" onClick=${skip}>Skip to content</a>
    <header class="top">
      <a class="brand" href="#/"><span class="logo" aria-hidden="true"></span>edge-lab</a>
      <span class=${`live ${live ? "yes" : "no"}`} role="status">${live ? "Live" : "Not live: trying again"}</span>
      <span class="who"><span class="user">${session.username}</span> <span class="role">${session.role}</span></span>
      <button type="button" class="plain" onClick=${() => void model.logout()}>Log out</button>
    </header>
    <main id="content" tabindex="-1">
      ${!session.mayAct && html`<p class="hint">Your role, ${session.role}, may look at machines, not act on them.</p>`}
      ${selected === undefined ? listView(model) : machineView(model, selected)}
    </main>
    <div class="notices" role=${notice?.bad ? "alert" : "status"}>
      ${
        notice &&
        html`<p class=${`notice ${notice.bad ? "bad" : ""}`}>
          <span>${notice.text}</span>
          <button type="button" class="plain" onClick=${() => model.dismiss()}>Dismiss</button>
        </p>`
      }
    </div>
    ${confirmDialog(model)}
  `;
}

/** The address's # is for the machines. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
