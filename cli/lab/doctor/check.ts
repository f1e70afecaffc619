/** What a check found; no text of it holds a secret. warn: nothing is known to be broken, but something was not learnt. */
export type Finding =
  | { readonly status: "ok"; readonly detail: string }
  | { readonly status: "warn" | "fail"; readonly detail: string; readonly fix: string };

/** One thing that `lab doctor` looks at. */
export interface Check {
  readonly title: string;
  /** Takes as long as its own time-outs allow. What it throws counts as a failure. */
  readonly run: () => Promise<Finding>;
}

/** A finding with the title of its check. */
export type Diagnosis = Finding & { readonly title: string };
