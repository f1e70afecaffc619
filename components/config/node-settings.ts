import { z } from "zod";
import { hostRoles } from "./host.ts";
import { refusal } from "./refusal.ts";
import { sysctlSettings } from "./sysctl-settings.ts";

/** What Cluster API's v1beta2 objects take in one file. */
const longestContent = 10_240;
const readOnly = /^\/(usr|boot|sysroot|ostree|proc|sys|dev)(\/|$)/;

const file = z
  .strictObject({
    path: z
      .string()
      .regex(
        /^(\/[\w.@:+-]+)+$/,
        refusal("is not an absolute path of a file", "write it as /etc/NAME, without blanks"),
      )
      .refine(
        (path) => !path.split("/").includes(".."),
        refusal("goes upwards", "write the path without .. in it"),
      )
      .refine(
        (path) => !readOnly.test(path),
        refusal(
          "lies where a running node cannot write",
          "put it under /etc or /var, or into the image: nodeimage/templates",
        ),
      )
      .describe("Where it is written; an existing file is replaced."),
    content: z
      .string()
      .min(1, refusal("is empty", "leave the file out, or write something into it"))
      .max(
        longestContent,
        refusal(
          `is longer than ${longestContent} characters`,
          "put the file into the image: nodeimage/templates",
        ),
      )
      .describe(
        "Its text; {{ ds.meta_data.local_hostname }} is filled in on the host. Not for secrets: it stands in the clear in the cluster's objects.",
      ),
    permissions: z
      .string()
      .regex(/^0[0-7]{3}$/, refusal("is not a mode", 'write four octal digits in quotes, such as "0644"'))
      .default("0644")
      .describe("Octal mode."),
    owner: z
      .string()
      .regex(/^[a-z_][\w-]*:[a-z_][\w-]*$/, refusal("is no owner", "write USER:GROUP, such as root:root"))
      .default("root:root")
      .describe("User and group, which the image has."),
    roles: z
      .array(z.enum(hostRoles))
      .min(1, refusal("is empty", "name a role, or leave it out for all machines"))
      .optional()
      .describe("On machines of these roles only."),
  })
  .describe("A file written on nodes before kubeadm runs.");

const registryMirror = z
  .strictObject({
    registry: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9._/-]+)?$/,
        refusal("is not a registry", "write it as in image names, such as docker.io or quay.io/metal3-io"),
      )
      .describe("Registry, or a part of it, as in image names."),
    mirrors: z
      .array(
        z
          .string()
          .regex(
            /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9._/-]+)?$/,
            refusal("is not a mirror", "write HOST[:PORT][/PATH], without https://"),
          ),
      )
      .min(1, refusal("is empty", "give at least one mirror"))
      .describe("Asked in this order, then the registry itself."),
    insecure: z
      .boolean()
      .default(false)
      .describe("The mirrors speak plain HTTP, or have a certificate nobody knows."),
  })
  .describe("Where nodes look for a registry's images first.");

const claim = z.string().regex(/^\S+$/, refusal("is not one word", "write it without blanks"));

const oidc = z
  .strictObject({
    issuerUrl: z
      .string()
      .regex(
        /^https:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/,
        refusal("is no issuer", "write https://HOST/PATH, as in its tokens"),
      )
      .describe("URL of the provider, exactly as `iss` in its tokens. kube-apiserver takes https only."),
    clientId: claim.describe("Client that tokens must be issued for."),
    usernameClaim: claim
      .optional()
      .describe("Claim that holds the user's name; kube-apiserver's default is sub."),
    usernamePrefix: claim
      .optional()
      .describe("Put before names, so that they clash with none of the cluster's; - for none."),
    groupsClaim: claim.optional().describe("Claim that holds the user's groups."),
    groupsPrefix: claim.optional().describe("Put before groups."),
  })
  .describe("Login to the cluster by OpenID Connect.");

/** What a cluster sets on its machines beside kubeadm's own settings: fields of a cluster. */
export const nodeSettings = {
  files: z.array(file).default([]).describe("Further files on the nodes."),
  sysctls: sysctlSettings.default({}).describe("Kernel settings of every node, on top of the image's."),
  registryMirrors: z.array(registryMirror).default([]).describe("Mirrors of container registries."),
  oidc: oidc.optional(),
} as const;
