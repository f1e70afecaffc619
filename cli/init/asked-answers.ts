import { knownDrivers } from "../../components/config/known-drivers.ts";
import { type Answer, refusalOf } from "./answer.ts";
import type { HostLogin } from "./lab-logins.ts";

/** How questions are asked: @inquirer/prompts at a terminal, prepared answers in a test. */
export interface Questions {
  confirm(message: string, yes: boolean): Promise<boolean>;
  text(
    message: string,
    preset: string | undefined,
    validate: (value: string) => string | true,
  ): Promise<string>;
  /** The answer is not shown. */
  hidden(message: string, validate: (value: string) => string | true): Promise<string>;
}

async function askLogin(
  questions: Questions,
  owner: { readonly scope: Answer["scope"]; readonly name: string; readonly driver: string },
): Promise<Answer[]> {
  const { scope, name, driver } = owner;
  const known = knownDrivers.find((one) => one.name === driver);
  const who = scope === "defaults" ? `all ${name} hosts` : name;
  const validate = (field: Answer["field"]) => (value: string) => {
    const refusal = refusalOf(driver, field, value);
    return refusal === undefined ? true : `It ${refusal}`;
  };
  const hint = known === undefined ? "user" : known.usernameHint;
  const username = await questions.text(`${who}: ${hint}`, known?.defaultUsername, validate("username"));
  const password = await questions.hidden(`${who}: password`, validate("password"));
  const answers: Answer[] = [
    { scope, name, field: "username", value: username },
    { scope, name, field: "password", value: password },
  ];
  // What a device does without was left empty.
  return answers.filter(({ value }) => value !== "");
}

/** Asks, driver by driver, for one login for all its hosts or for one for each. What is set may stay as it is. */
export async function askedAnswers(hosts: readonly HostLogin[], questions: Questions): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const driver of new Set(hosts.map((host) => host.driver))) {
    const own = hosts.filter((host) => host.driver === driver);
    const complete = own.every((host) => host.optional || (host.username && host.password));
    const bare = own.every((host) => !host.username && !host.password);
    const question = bare
      ? `Do the devices of the ${driver} hosts want a login?`
      : `All ${driver} hosts have a login. Change it?`;
    if (complete && !(await questions.confirm(question, false))) continue;
    const names = own.map((host) => host.host).join(", ");
    const one =
      own.length === 1 || (await questions.confirm(`One login for all ${driver} hosts (${names})?`, true));
    if (one) {
      answers.push(...(await askLogin(questions, { scope: "defaults", name: driver, driver })));
      continue;
    }
    for (const { host } of own)
      answers.push(...(await askLogin(questions, { scope: "hosts", name: host, driver })));
  }
  return answers;
}
