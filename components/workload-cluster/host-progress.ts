import { z } from "zod";
import { hostErrorHint } from "./host-error-hint.ts";
import { hostStatus } from "./host-status.ts";

const hostSchema = z.object({
  metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
  status: hostStatus,
});

/** States in which a host rests until somebody wants something of it. */
const resting: readonly string[] = ["available", "provisioned", "externally provisioned"];

/**
 * What the hosts are doing, in words: a line for each that is not at rest, with Ironic's own error and what to do about
 * it where there is one. Empty when all rest. Pure.
 *
 * @param hosts metal3.io/v1alpha1 BareMetalHosts as the API returns them.
 * @throws ZodError when the objects are not of that form.
 */
export function hostProgress(hosts: readonly unknown[]): readonly string[] {
  return hosts.flatMap((item) => {
    const { metadata, status } = hostSchema.parse(item);
    const { state } = status.provisioning;
    const { errorType, errorMessage } = status;
    if (errorType === "" && resting.includes(state)) return [];
    const what = `host ${metadata.name}: ${state === "" ? "not registered yet" : state}`;
    if (errorType === "" && errorMessage === "") return [what];
    const hint = hostErrorHint(errorMessage);
    return [
      `${what}, ${[errorType, errorMessage].filter((part) => part).join(": ")}${hint ? ` [${hint}]` : ""}`,
    ];
  });
}
