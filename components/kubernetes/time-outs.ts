import type { CustomTimeouts } from "@pulumi/pulumi";

export interface TimeOutMinutes {
  /** Creation and update: the same wait, since a condition that holds at once costs nothing. */
  readonly apply?: number;
  readonly delete?: number;
}

/** The resource option `customTimeouts` from minutes; the provider's own default is 10 for each. */
export function timeOuts({ apply, delete: deletion }: TimeOutMinutes): CustomTimeouts {
  return {
    ...(apply === undefined ? {} : { create: `${apply}m`, update: `${apply}m` }),
    ...(deletion === undefined ? {} : { delete: `${deletion}m` }),
  };
}
