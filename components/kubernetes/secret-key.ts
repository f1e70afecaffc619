import * as pulumi from "@pulumi/pulumi";

export interface SecretKeyArgs {
  /** The Secret, which another resource makes; depend on that one. */
  readonly secret: { readonly name: string; readonly namespace: string };
  readonly key: string;
  readonly text: pulumi.Input<string>;
}

/**
 * One key of a Secret that another resource makes: it comes and goes by itself, in its own place in the order.
 *
 * The provider's `SecretPatch`: a server-side apply under a field manager of its own, whose random name stands in the
 * state. Deleting it applies nothing under that name, so the API server drops the key and leaves the others. The name is
 * not set by `pulumi.com/patchFieldManager`: that annotation would stand on the Secret itself, and a second key with
 * another name would be in conflict with it. The Secret's own resource must not declare `data`.
 */
export class SecretKey extends pulumi.CustomResource {
  constructor(name: string, { secret, key, text }: SecretKeyArgs, opts: pulumi.CustomResourceOptions) {
    const data = pulumi
      .output(text)
      .apply((value) => ({ [key]: Buffer.from(value, "utf8").toString("base64") }));
    super(
      "kubernetes:core/v1:SecretPatch",
      name,
      { apiVersion: "v1", kind: "Secret", metadata: { ...secret }, data: pulumi.secret(data) },
      // What the provider answers holds the whole Secret.
      { ...opts, additionalSecretOutputs: ["data", "stringData"] },
    );
  }
}
