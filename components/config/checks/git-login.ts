import { closestWord } from "../closest-word.ts";
import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/**
 * A cluster that follows a repository over SSH has a key: without one Flux would never connect, and say so only in the finished
 * cluster. A login is for a cluster that follows a repository. A preview does without logins and says so.
 */
export const gitLogins: Check = (draft, mode) => {
  const clusters = draft.clusters ?? [];
  const logins = draft.credentials?.git ?? {};
  const following = clusters.flatMap((cluster) =>
    cluster?.gitOps === undefined ? [] : (cluster.name ?? []),
  );
  const found = clusters.flatMap((cluster): Problem[] => {
    const { name, gitOps } = cluster ?? {};
    if (name === undefined || gitOps?.url === undefined) return [];
    const { identity, username, password } = logins[name] ?? {};
    const setting = (field: string) =>
      `pulumi config set --secret --path 'edge-lab:credentials.git.${name}.${field}'`;
    if (!gitOps.url.startsWith("ssh://")) {
      if (Boolean(username) === Boolean(password)) return [];
      const missing = username ? "password" : "username";
      return [
        problem(
          ["credentials", "git", name],
          undefined,
          `has no ${missing}`,
          `set both: ${setting(missing)}`,
        ),
      ];
    }
    const key = problem(
      ["credentials", "git", name],
      undefined,
      "has no identity, the private key for an ssh:// repository",
      `${setting("identity")} < KEY-FILE`,
    );
    if (identity) return [];
    return [{ ...key, severity: mode === "preview" ? "warning" : "error" }];
  });
  const allKnown = clusters.every((cluster) => cluster?.name !== undefined);
  const strangers = Object.keys(logins).filter((name) => allKnown && !following.includes(name));
  return [
    ...found,
    ...strangers.map((name) => {
      const meant = closestWord(name, following);
      const hint = meant === undefined ? "" : `did you mean ${meant}? `;
      const fix = `${hint}remove it with pulumi config rm --path, or give the cluster gitOps`;
      return problem(
        ["credentials", "git", name],
        undefined,
        "is for a cluster that follows no repository",
        fix,
      );
    }),
  ];
};
