import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import { scriptCommand } from "./script-command.ts";

export interface RandomPasswordArgs {
  /** Characters, 12 to 256; 32 if left out: about 186 bits. */
  readonly length?: number;
  /** Another number makes a new password. */
  readonly generation?: number;
}

/** A password that is made once, by our own script, and then lives encrypted in Pulumi's state. */
export class RandomPassword extends pulumi.ComponentResource {
  /** Secret. Unknown in the preview that will make it. */
  readonly value: pulumi.Output<string>;

  constructor(name: string, args: RandomPasswordArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("edge-lab:secrets:RandomPassword", name, args, opts);
    const { length = 32, generation = 1 } = args;
    const { command } = scriptCommand("components/secrets/scripts/random-password.mjs", length);
    const made = new Command(
      `${name}-command`,
      // Without `update`, a changed text would run `create` again; given, the script keeps what it printed before.
      { create: command, update: command, logging: "none", triggers: [generation, length] },
      { parent: this, additionalSecretOutputs: ["stdout", "stderr"] },
    );
    this.value = pulumi.secret(made.stdout);
    this.registerOutputs({});
  }
}
