import { ConfigurationError } from "../../../components/config/configuration-error.ts";
import { PulumiFailure } from "../../pulumi-cli.ts";
import { EmulatorFailure } from "../emulator-client.ts";
import { ApiRefusal, ApiUnreachable } from "../kube-api.ts";
import { LabError } from "../lab-error.ts";

const types = [LabError, PulumiFailure, ConfigurationError, ApiRefusal, ApiUnreachable, EmulatorFailure];

/** The message of an error that is explained by it alone; undefined for one that is our mistake and to be shown whole. */
export function explained(error: unknown): string | undefined {
  return error instanceof Error && types.some((type) => error instanceof type) ? error.message : undefined;
}
