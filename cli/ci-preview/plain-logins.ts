import { z } from "zod";
import { allowedChangeSchema } from "../../components/config/allowed-change.ts";
import { credentialsSchema } from "../../components/config/credentials.ts";
import { readLabConfig } from "../../components/config/parse-lab-config.ts";
import { plainCredentials } from "../../components/config/plain-credentials.ts";
import { stackFileConfig } from "../../components/config/stack-file.ts";

const logins = z.record(z.string(), z.record(z.string(), z.unknown()));
const key = "edge-lab:credentials";
const secretFields = ["password", "identity"];

/**
 * Paths of passwords that stand readable in a stack file, without those that it allows, and none for a lab of simulated devices.
 * The program is told no more than whether anything of the key is encrypted. Values are never shown.
 */
export function plainLogins(stackFile: string): string[] {
  const raw = stackFileConfig(stackFile);
  const credentials = raw[key];
  if (typeof credentials !== "object" || credentials === null) return [];
  const allowed = allowedChangeSchema.array().safeParse(raw["edge-lab:allowedChanges"]).data ?? [];
  const isAllowed = (path: string): boolean =>
    allowed.some(({ policy, to }) => policy === "no-plain-credentials" && (to === key || to === path));
  const plain = Object.keys(credentialsSchema.shape)
    .flatMap((part) => {
      const entries = logins.safeParse(Reflect.get(credentials, part)).data ?? {};
      return Object.entries(entries).flatMap(([name, login]) =>
        secretFields
          .filter((field) => typeof login[field] === "string" && login[field] !== "")
          .map((field) => `${key}.${part}.${name}.${field}`),
      );
    })
    .filter((path) => !isAllowed(path));
  return plain.length > 0 && isReal(raw) ? plain : [];
}

/** A file that the program refuses may be of any lab. */
function isReal(raw: Record<string, unknown>): boolean {
  try {
    const { config } = readLabConfig(raw, { mode: "preview" });
    return plainCredentials(config, []).length > 0;
  } catch {
    return true;
  }
}
