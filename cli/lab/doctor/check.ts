/**
 * What a check found; no text of it holds a secret. warn: nothing is known to be broken, but something may be or was not learnt;
 * skip: it was not looked at, and `fix` is how to have it looked at.
 */
export type Finding =
  | { readonly status: "ok"; readonly detail: string }
  | { readonly status: "skip"; readonly detail: string; readonly fix: string }
  | {
      readonly status: "warn" | "fail";
      readonly detail: string;
      /** Why it matters, where that does not go without saying. */
      readonly why?: string;
      readonly fix: string;
    };

/** One thing that `lab doctor` looks at. */
export interface Check {
  readonly title: string;
  /** Takes as long as its own time-outs allow. What it throws counts as a failure. */
  readonly run: () => Promise<Finding | readonly Finding[]>;
}

/** A finding with the title of its check. */
export type Diagnosis = Finding & { readonly title: string };
