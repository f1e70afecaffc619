import type { VNode } from "preact";
import type { ConsoleModel } from "./console-model.ts";
import { html } from "./html.ts";
import { words } from "./words.ts";

const CUTS: readonly string[] = ["off", "restart"];

/** The question before an action. A modal dialog: the browser keeps the focus in it, and gives it back afterwards. */
export function confirmDialog(model: ConsoleModel): VNode | undefined {
  const { asked } = model.state;
  if (!asked) return undefined;
  const { machine, action } = asked;
  const open = (dialog: HTMLDialogElement | null): void => {
    if (dialog?.isConnected && !dialog.open) dialog.showModal();
  };
  // Closed first, and only then taken away: that is what gives the focus back.
  const close =
    (answer: "yes" | "no") =>
    (event: Event): void =>
      (event.currentTarget as HTMLElement).closest("dialog")?.close(answer);
  const closed = (event: Event): void =>
    model.answer((event.currentTarget as HTMLDialogElement).returnValue === "yes");
  return html`
    <dialog ref=${open} aria-labelledby="question" aria-describedby="consequence" onClose=${closed}>
      <h2 id="question">${words.action[action]}: ${machine}?</h2>
      <p id="consequence">${words.consequence[action]}</p>
      <div class="buttons">
        <button type="button" autofocus onClick=${close("no")}>Cancel</button>
        <button type="button" class=${CUTS.includes(action) ? "danger" : "primary"} onClick=${close("yes")}>
          ${words.action[action]}
        </button>
      </div>
    </dialog>
  `;
}
