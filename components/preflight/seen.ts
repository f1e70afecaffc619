import type { Finding } from "./finding.ts";

/** Something that may not have been had: then why not. */
export type Seen<Value> = { readonly seen: Value } | { readonly unseen: string };

/** For a check that cannot go on without it. */
export function notSeen({ unseen }: { readonly unseen: string }): readonly Finding[] {
  return [
    {
      status: "skip",
      detail: `not asked: ${unseen}`,
      fix: "let the infra cluster answer, then run it again",
    },
  ];
}
