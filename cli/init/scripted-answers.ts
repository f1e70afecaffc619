import { credentialsSchema } from "../../components/config/credentials.ts";
import { type Answer, refusalOf } from "./answer.ts";
import { type CredentialField, variableName } from "./credential-field.ts";
import type { HostLogin } from "./lab-logins.ts";

const fields = ["username", "password"] as const;

/** Every field that this lab could have: those of its drivers and of its hosts. */
function possibleFields(hosts: readonly HostLogin[]): (CredentialField & { readonly driver: string })[] {
  const drivers = [...new Set(hosts.map((host) => host.driver))];
  const owners = [
    ...drivers.map((driver) => ({ scope: "defaults" as const, name: driver, driver })),
    ...hosts.map(({ host, driver }) => ({ scope: "hosts" as const, name: host, driver })),
  ];
  return owners.flatMap((owner) => fields.map((field) => ({ ...owner, field })));
}

function checked(found: readonly (Answer & { readonly driver: string; readonly from: string })[]): Answer[] {
  const wrong = found.flatMap(({ driver, field, value, from }) => {
    const refusal = refusalOf(driver, field, value);
    return refusal === undefined ? [] : [`${from} ${refusal}`];
  });
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return found.map(({ scope, name, field, value }) => ({ scope, name, field, value }));
}

/**
 * The values in EDGE_LAB_<DRIVER>_USERNAME/PASSWORD and EDGE_LAB_HOST_<NAME>_USERNAME/PASSWORD.
 *
 * @throws {Error} naming each variable whose value cannot be right.
 */
export function answersFromEnvironment(hosts: readonly HostLogin[], env: NodeJS.ProcessEnv): Answer[] {
  const found = possibleFields(hosts).flatMap((field) => {
    const from = variableName(field);
    const value = env[from];
    return value === undefined ? [] : [{ ...field, value, from }];
  });
  if (found.length === 0) {
    const shared = possibleFields(hosts).filter((field) => field.scope === "defaults");
    const names = shared.map(variableName).join(", ");
    throw new Error(`none of these is set: ${names}, or for one host EDGE_LAB_HOST_<NAME>_USERNAME/PASSWORD`);
  }
  return checked(found);
}

/**
 * The values in JSON of the credentials' own shape: {"defaults": {"amt": {"password": …}}, "hosts": {…}}.
 *
 * @throws {Error} without a piece of the text in it: it is full of secrets.
 */
export function answersFromJson(hosts: readonly HostLogin[], text: string): Answer[] {
  const shape = '{"defaults": {"<driver>": {"username": …, "password": …}}, "hosts": {"<host>": {…}}}';
  let parsed: ReturnType<typeof credentialsSchema.safeParse>;
  try {
    parsed = credentialsSchema.safeParse(JSON.parse(text));
  } catch {
    throw new Error(`standard input is not JSON; expected ${shape}`);
  }
  if (!parsed.success) throw new Error(`standard input has another shape; expected ${shape}`);
  const { data } = parsed;
  const possible = possibleFields(hosts);
  for (const scope of ["defaults", "hosts"] as const) {
    const known = [...new Set(possible.filter((field) => field.scope === scope).map((field) => field.name))];
    const stranger = Object.keys(data[scope]).find((name) => !known.includes(name));
    if (stranger !== undefined) {
      throw new Error(
        `standard input names ${scope}.${stranger}, which this lab does not have: ${known.join(", ")}`,
      );
    }
  }
  return checked(
    possible.flatMap((field) => {
      const value = data[field.scope][field.name]?.[field.field];
      return value === undefined
        ? []
        : [{ ...field, value, from: `${field.scope}.${field.name}.${field.field}` }];
    }),
  );
}
