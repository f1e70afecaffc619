import { createHash } from "node:crypto";
import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { scriptCommand } from "../secrets/script-command.ts";

export interface IronicGateArgs {
  /** As in https://192.0.2.1:6385. */
  readonly endpoint: string;
  readonly username: string;
  /** Secret. */
  readonly password: pulumi.Input<string>;
  /** PEM of the authority that Ironic's certificate has to come from. */
  readonly caPem: pulumi.Input<string>;
  /** Whatever else the answer depends on: when it changes, Ironic is asked again. */
  readonly of: unknown;
}

/** Seconds: for Ironic to have restarted with another password or certificate. */
const patience = 180;

/**
 * Done when Ironic takes the declared password over trusted TLS, as the baremetal-operator will use it: a wrong one would
 * show nowhere, neither in the operator's log nor on a host. An Ironic that this machine cannot reach is a warning.
 */
export class IronicGate extends pulumi.ComponentResource {
  constructor(name: string, args: IronicGateArgs, opts: pulumi.ComponentResourceOptions) {
    const { endpoint, username, password, caPem, of } = args;
    super("edge-lab:metal3:IronicGate", name, { endpoint }, opts);
    const { command, hash } = scriptCommand("components/metal3/scripts/check-ironic.ts");
    const request = pulumi.all([password, caPem]).apply(([secret, authority]) =>
      JSON.stringify({
        endpoint,
        username,
        password: secret,
        caPem: authority,
        patienceSeconds: patience,
      }),
    );
    new Command(
      `${name}-command`,
      {
        create: command,
        stdin: pulumi.secret(request),
        // When it changes the command runs again, in place, as it does for another password or authority.
        environment: {
          EDGE_LAB_AWAITED: createHash("sha256")
            .update(`${JSON.stringify(of)}\n${hash}`)
            .digest("hex")
            .slice(0, 16),
        },
        logging: "stderr",
      },
      { parent: this, customTimeouts: timeOuts({ apply: 10 }) },
    );
    this.registerOutputs({});
  }
}
