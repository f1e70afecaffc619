import { createHash } from "node:crypto";
import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import type { PlainObject } from "../kubernetes/object.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { scriptCommand } from "../secrets/script-command.ts";

export interface WebhookGateArgs {
  /** As in the configuration: `~` and paths relative to the project are understood where it runs. */
  readonly kubeconfig: string;
  readonly context?: string;
  /** One valid object for each API group whose webhooks have to answer. Never stored: only dry runs are made. */
  readonly samples: readonly PlainObject[];
  /** What stands behind the gate; another value makes it ask again, for instance the controllers' version. */
  readonly of: string;
  /** Seconds; 600 if left out. */
  readonly timeOut?: number;
}

/**
 * A step that is done when the API server accepts a sample of each API group, webhooks included.
 *
 * A Deployment that is Available does not mean that its webhook answers: the certificate may not be issued yet, nor the
 * CA injected. Pulumi's create retries only unknown kinds, so the first custom resource would fail with
 * "connection refused" or an x509 error, and a second `up` would pass.
 */
export class WebhookGate extends pulumi.ComponentResource {
  constructor(name: string, args: WebhookGateArgs, opts?: pulumi.ComponentResourceOptions) {
    const { kubeconfig, context, samples, of, timeOut = 600 } = args;
    super(
      "edge-lab:gate:WebhookGate",
      name,
      { of, kinds: samples.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`) },
      opts,
    );
    const { command, hash } = scriptCommand("components/gate/scripts/await-webhooks.mjs");
    const stdin = JSON.stringify({ kubeconfig, context, timeoutSeconds: timeOut, samples });
    new Command(
      `${name}-command`,
      {
        create: command,
        stdin,
        logging: "stderr",
        triggers: [createHash("sha256").update(`${of}\n${hash}`).digest("hex").slice(0, 16)],
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        customTimeouts: timeOuts({ apply: Math.ceil(timeOut / 60) + 1 }),
      },
    );
    this.registerOutputs({});
  }
}
