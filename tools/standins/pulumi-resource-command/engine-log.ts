import { log } from "@pulumi/pulumi";
import { DependencyResource } from "@pulumi/pulumi/resource.js";
import { resetOptions } from "@pulumi/pulumi/runtime/settings.js";
import { z } from "zod";

/** Which of a command's streams the engine shows and keeps in its log. */
export const logging = z.enum(["stdout", "stderr", "stdoutAndStderr", "none"]).default("stdoutAndStderr");
export type Logging = z.infer<typeof logging>;

type WriteLine = ((line: string) => void) | undefined;

/** Shows a command's output beside its resource while it runs. The engine masks the secrets that it knows. */
export class EngineLog {
  readonly #connected: boolean;

  /** @param address of the engine, as it gives it to a plugin; none = nothing is shown (a test). */
  constructor(address: string | undefined) {
    this.#connected = address !== undefined;
    if (address !== undefined) resetOptions("", "", 1, address, "", false, "");
  }

  /** Where each stream's lines go; undefined = nowhere. A function call has no URN: "". */
  streams(urn: string, wanted: Logging): { readonly onStdout: WriteLine; readonly onStderr: WriteLine } {
    const write = (line: string): void => {
      // A lost log line must not fail the command.
      log.info(line, urn === "" ? undefined : new DependencyResource(urn)).catch(() => undefined);
    };
    const shows = (stream: Logging) => this.#connected && (wanted === stream || wanted === "stdoutAndStderr");
    return {
      onStdout: shows("stdout") ? write : undefined,
      onStderr: shows("stderr") ? write : undefined,
    };
  }
}
