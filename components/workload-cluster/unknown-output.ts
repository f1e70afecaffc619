import * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output.js";

/** A value that this run cannot know. Only for previews: in an update everything downstream of it would be skipped. */
export function unknownOutput<Value>(): pulumi.Output<Value> {
  const output: pulumi.Output<unknown> = pulumi.output(unknown);
  return output as pulumi.Output<Value>;
}
