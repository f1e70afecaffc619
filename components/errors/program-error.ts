// The sub-path keeps pure code and its tests free of the whole SDK.
import { RunError } from "@pulumi/pulumi/errors.js";
import { withoutFrames } from "./without-frames.ts";

/** A mistake that people can mend: `pulumi` shows its message alone and ends with an exit code that is not 0. */
export class ProgramError extends RunError {
  constructor(message: string) {
    super(message);
    withoutFrames(this);
  }
}
