import * as pulumi from "@pulumi/pulumi";
import { type ObjectType, resourceType } from "./resource-type.ts";

/** Metadata whose values may come from other resources. `name` is always given: Pulumi's random suffixes are not used. */
export interface ObjectMetadataArgs {
  readonly name: pulumi.Input<string>;
  readonly namespace?: pulumi.Input<string>;
  readonly labels?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  readonly annotations?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  readonly [field: string]: unknown;
}

export interface KubernetesObjectArgs extends ObjectType {
  readonly metadata: ObjectMetadataArgs;
  /** `spec`, `data`, … as in the manifest. */
  readonly [field: string]: unknown;
}

/**
 * Any Kubernetes object by apiVersion and kind, built-in or custom, as a resource of the kubernetes provider.
 *
 * One class instead of the SDK's thousand: its modules cost 0.6 s of every preview (measured), and
 * release manifests hold kinds that no SDK version knows.
 *
 * A Secret's `data` and `stringData` are secret in state whatever they were made from.
 */
export class KubernetesObject extends pulumi.CustomResource {
  /** The object's name, known in previews too when it was given as a plain string. */
  readonly objectName: pulumi.Output<string>;

  constructor(name: string, args: KubernetesObjectArgs, opts: pulumi.CustomResourceOptions = {}) {
    const secret = args.apiVersion === "v1" && args.kind === "Secret";
    super(resourceType(args), name, secret ? asSecret(args) : { ...args }, {
      ...opts,
      ...(secret ? { additionalSecretOutputs: ["data", "stringData"] } : {}),
    });
    this.objectName = pulumi.output(args.metadata.name);
  }
}

function asSecret(args: KubernetesObjectArgs): pulumi.Inputs {
  const inputs: pulumi.Inputs = { ...args };
  for (const field of ["data", "stringData"]) {
    if (inputs[field] !== undefined) inputs[field] = pulumi.secret(inputs[field]);
  }
  return inputs;
}
