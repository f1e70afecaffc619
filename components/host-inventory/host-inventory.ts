import * as pulumi from "@pulumi/pulumi";
import { bmcAddress, type HostConfig, hostCleaning, hostNamespace, type LabConfig } from "../config/index.ts";
import { KubernetesObject } from "../kubernetes/kubernetes-object.ts";
import { timeOuts } from "../kubernetes/time-outs.ts";
import { bareMetalHost } from "./bare-metal-host.ts";
import { writtenByOthers } from "./written-by-others.ts";

export interface HostInventoryArgs {
  readonly config: Pick<LabConfig, "hosts" | "emulator" | "clusters" | "protect">;
  /** The emulator's user for Ironic. */
  readonly credentials: {
    readonly username: pulumi.Input<string>;
    readonly password: pulumi.Input<string>;
  };
  /**
   * By host, what must outlive its BareMetalHost. Named for each host, though the inventory as a whole comes after the
   * emulator: after an update that failed in the middle, the order of what is still to be deleted is that of these.
   */
  readonly machines: ReadonlyMap<string, readonly pulumi.Resource[]>;
}

/** The hosts of a lab: for each a Secret with the emulator's login and a BareMetalHost. A host is removed by leaving it out. */
export class HostInventory extends pulumi.ComponentResource {
  readonly hosts: readonly KubernetesObject[];

  constructor(name: string, args: HostInventoryArgs, opts: pulumi.ComponentResourceOptions) {
    // The hosts themselves are the children's inputs; kept here too, each change would be shown twice.
    super("edge-lab:host-inventory:HostInventory", name, { namespace: hostNamespace }, opts);
    this.hosts = args.config.hosts.map((host) => this.declareHost(name, host, args));
    // `made` is in Pulumi's state from when all of them are there, and outlives a refresh that finds none: see lostHosts.
    this.registerOutputs({
      hosts: args.config.hosts.map((host) => host.name),
      made: this.hosts.map((host) => host.id),
    });
  }

  private declareHost(name: string, host: HostConfig, args: HostInventoryArgs): KubernetesObject {
    const secretName = `${host.name}-bmc`;
    const secret = new KubernetesObject(
      `${name}-${host.name}-credentials`,
      {
        apiVersion: "v1",
        kind: "Secret",
        type: "Opaque",
        metadata: {
          name: secretName,
          namespace: hostNamespace,
          // Without the label baremetal-operator's cache does not see it.
          labels: { "environment.metal3.io": "baremetal" },
        },
        data: {
          username: base64(args.credentials.username),
          password: base64(args.credentials.password),
        },
      },
      { parent: this },
    );
    return new KubernetesObject(
      `${name}-${host.name}`,
      bareMetalHost(host, bmcAddress(args.config, host), secretName, hostCleaning(args.config, host)),
      {
        parent: this,
        dependsOn: [secret, ...(args.machines.get(host.name) ?? [])],
        // Although undeclared: when somebody sets one of them by plain kubectl, the provider would otherwise take it over and remove
        // it at its next update of the host, which for an image means that baremetal-operator wipes the machine.
        ignoreChanges: [...writtenByOthers],
        protect: args.config.protect !== "nothing",
        // Deprovisioning boots the machine once more to clean it; then it is powered off.
        customTimeouts: timeOuts({ delete: 90 }),
      },
    );
  }
}

function base64(text: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(text).apply((value) => Buffer.from(value, "utf8").toString("base64"));
}
