/**
 * What looking at one thing gave; no text of it holds a secret. fail: the lab will not work like this; warn: it may not;
 * skip: it was not looked at, and how to have it looked at.
 */
export type Finding =
  | { readonly status: "ok"; readonly detail: string }
  | { readonly status: "skip"; readonly detail: string; readonly fix: string }
  | {
      readonly status: "warn" | "fail";
      /** What is wrong. */
      readonly detail: string;
      /** Why it matters to a lab. */
      readonly why: string;
      /** How to mend it. */
      readonly fix: string;
    };
