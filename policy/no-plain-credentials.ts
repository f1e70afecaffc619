import type { Finding, LabPolicy } from "./lab-policy.ts";
import { at, type Inputs, objectName, textAt, types } from "./resource.ts";

const secretName = /passw(or)?d|passphrase|token|secret[-_]?key|api[-_]?key|private[-_]?key/i;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/**
 * Credentials that can be read by whoever reads the repository, the state or the cluster: logins in a stack file that are not
 * encrypted, and passwords in objects that are no Secrets.
 */
export const noPlainCredentials: LabPolicy = {
  name: "no-plain-credentials",
  description: "Credentials are encrypted in the stack file, and in the cluster stand in Secrets alone.",
  instead: "set logins by `npm run init`, and let a pod read a password from a Secret",
  check({ inputs, ...resource }) {
    const { type } = resource;
    if (type === types.lab) return inStackFile(inputs);
    if (!type.startsWith("kubernetes:") || type === types.secret) return [];
    if (type.endsWith(":CustomResourceDefinition")) return [];
    const places = type === types.configMap ? plainKeys(at(inputs, "data")) : plainVariables(inputs);
    const of = objectName({ inputs, ...resource });
    return [...new Set(places)].map((to) => ({
      of,
      to,
      wrong: `${to} of ${kind(type)} ${of} is a credential in the clear`,
    }));
  },
};

/** What the program found in its configuration (see Lab). */
function inStackFile(inputs: Inputs): Finding[] {
  const keys = at(inputs, "plainCredentials");
  if (!Array.isArray(keys)) return [];
  return keys
    .map(String)
    .map((to) => ({ of: "stack file", to, wrong: `${to} stands in the clear in the stack file` }));
}

function plainKeys(data: unknown): string[] {
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    typeof value === "string" && value !== "" && (secretName.test(key) || privateKey.test(value))
      ? [key]
      : [],
  );
}

/** Names of `{name, value}` entries, as containers have in `env`, wherever they stand, and of fields with private keys. */
function plainVariables(value: unknown, field = ""): string[] {
  if (typeof value === "string") return privateKey.test(value) ? [field] : [];
  if (Array.isArray(value)) return value.flatMap((item) => plainVariables(item, field));
  if (typeof value !== "object" || value === null) return [];
  const name = textAt(value, "name");
  const literal = textAt(value, "value");
  if (name !== undefined && literal !== undefined && literal !== "" && secretName.test(name)) return [name];
  return Object.entries(value).flatMap(([key, item]) => plainVariables(item, key));
}

function kind(type: string): string {
  return type.split(":").at(-1) ?? type;
}
