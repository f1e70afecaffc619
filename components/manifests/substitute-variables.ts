import { ManifestError } from "./manifest-error.ts";

export type Variables = Readonly<Record<string, string>>;

/** `${NAME}`, `${NAME:=default}` or `${NAME:-default}`; a default may be empty, hold quotes, or begin with a colon. */
const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::[=-]([^}]*))?\}/g;

/**
 * Replaces the variables of a Cluster API release manifest the way `clusterctl` does with its envsubst: our value, else
 * the default in the file. A variable that is set to the empty string counts as unset, as in a shell's `:=`.
 *
 * @throws ManifestError `unset-variable` naming every variable that has neither value nor default.
 */
export function substituteVariables(text: string, variables: Variables, origin: string): string {
  const unset = new Set<string>();
  const result = text.replace(reference, (_match, name: string, fallback: string | undefined) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value) return value;
    if (fallback !== undefined) return fallback;
    unset.add(name);
    return "";
  });
  if (unset.size > 0) {
    throw new ManifestError(
      "unset-variable",
      `${origin}: no value for ${[...unset].join(", ")}; add it in components/manifests/variables.ts`,
    );
  }
  return result;
}
