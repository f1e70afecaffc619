import type { VNode } from "preact";
import type { ConsoleModel } from "./console-model.ts";
import { html } from "./html.ts";

/** Who are you? */
export function loginView(model: ConsoleModel): VNode {
  const { busy, loginError } = model.state;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    void model.login(String(given.get("username")), String(given.get("password")));
  };
  return html`
    <main class="login">
      <form class="card" onSubmit=${submit} aria-busy=${busy}>
        <h1><span class="logo" aria-hidden="true"></span>edge-lab</h1>
        <p class="muted">The machines of this lab. Log in with an account of the Redfish service.</p>
        <label>User name <input name="username" autocomplete="username" autocapitalize="none" spellcheck=${false} required /></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required /></label>
        <p class="error" role="alert">${loginError}</p>
        <button type="submit" class="primary" disabled=${busy}>${busy ? "Checking …" : "Log in"}</button>
      </form>
    </main>
  `;
}
