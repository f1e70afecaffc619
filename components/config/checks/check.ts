import { type ConfigPath, formatPath } from "../config-path.ts";
import type { Draft } from "../draft.ts";
import type { Problem } from "../problem.ts";
import { shownValue } from "../shown-value.ts";

/** Preview warns where up refuses, so that a change can be reviewed without the secrets. */
export type Mode = "preview" | "up";

/** A rule over the whole lab. It reads only what is there: a missing part is another rule's business. */
export type Check = (draft: Draft, mode: Mode) => Problem[];

/** Makes a problem; `value` is masked where its path is secret. */
export function problem(path: ConfigPath, value: unknown, wrong: string, fix: string): Problem {
  return { path: formatPath(path), value: shownValue(path, value), wrong, fix, severity: "error" };
}
