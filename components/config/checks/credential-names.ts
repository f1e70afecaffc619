import { closestWord } from "../closest-word.ts";
import { knownDrivers } from "../known-drivers.ts";
import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** A login for a host or driver that does not exist is a misspelt one. */
export const credentialNames: Check = (draft) => {
  const drivers = knownDrivers.map((driver) => driver.name);
  const hosts = (draft.hosts ?? []).flatMap((host) => host?.name ?? []);
  const strangers = (kind: "defaults" | "hosts", known: readonly string[], what: string): Problem[] =>
    Object.keys(draft.credentials?.[kind] ?? {}).flatMap((name) => {
      if (known.includes(name)) return [];
      const meant = closestWord(name, known);
      const hint = meant === undefined ? "" : `did you mean ${meant}? `;
      const fix = `${hint}remove it with pulumi config rm --path, or name one of: ${known.join(", ")}`;
      return [problem(["credentials", kind, name], undefined, `is for a ${what} that is not declared`, fix)];
    });
  const allHostsKnown = (draft.hosts ?? []).every((host) => host?.name !== undefined);
  return [
    ...strangers("defaults", drivers, "driver"),
    ...(allHostsKnown && hosts.length > 0 ? strangers("hosts", hosts, "host") : []),
  ];
};
