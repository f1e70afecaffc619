import * as pulumi from "@pulumi/pulumi";
import { withoutFrames } from "./without-frames.ts";

/** As ProgramError, shown beside the component whose arguments are wrong. */
export class ComponentError extends pulumi.ResourceError {
  constructor(message: string, component: pulumi.Resource) {
    super(message, component, true);
    withoutFrames(this);
  }
}
