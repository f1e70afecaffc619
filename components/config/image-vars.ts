import { z } from "zod";
import { nodeUser } from "./node-user.ts";
import { refusal } from "./refusal.ts";
import { sysctlSettings } from "./sysctl-settings.ts";

const packageName = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.+:~^-]*$/,
    refusal("is not a package", "write NAME or NAME-VERSION, as dnf install takes it"),
  );
const unit = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w@:.\\-]*\.(service|socket|timer|target|path|mount)$/,
    refusal("is not a systemd unit", "write it with its kind, such as crond.service"),
  );
const kernelModule = z
  .string()
  .regex(/^[\w-]+$/, refusal("is not a kernel module", "write its name, such as br_netfilter"));
const kernelArgument = z
  .string()
  .regex(
    /^[^\s"\\]+$/,
    refusal("is not one kernel argument", "write each one by itself, such as console=ttyS0"),
  );
const repository = z
  .string()
  .regex(/^(https?|file):\/\/\S*\/$/, refusal("is not a repository", "write its URL, with / at the end"));

/** What a node image holds: variables of its Containerfile and templates. Each image description has a default for each. */
export const imageVarsSchema = z
  .strictObject({
    packages: z.array(packageName).describe("Packages beside those of a node."),
    crioVersion: z
      .string()
      .regex(
        /^(\d+\.\d+\.\d+)?$/,
        refusal("is not a version", "write it as 1.34.2, or leave it empty for the newest"),
      )
      .describe("Version of CRI-O, of the same minor version as Kubernetes; empty: the newest."),
    users: z.array(nodeUser).describe("Users on every machine with this image."),
    kernelArguments: z.array(kernelArgument).describe("Arguments on the kernel's command line."),
    kernelModules: z.array(kernelModule).describe("Kernel modules loaded at boot."),
    sysctls: sysctlSettings.describe("Kernel settings."),
    services: z
      .strictObject({
        enabled: z.array(unit).min(1).describe("Units started at boot."),
        masked: z.array(unit).min(1).describe("Units that are never started."),
      })
      .describe("systemd units."),
    rootFilesystem: z.enum(["xfs", "ext4", "btrfs"]).describe("File system of the root."),
    repositories: z
      .strictObject({
        kubernetes: repository.describe("Of kubelet, kubeadm and kubectl; {minor} is v1.34."),
        crio: repository.describe("Of CRI-O; {minor} is v1.34."),
      })
      .describe("Package repositories."),
    custom: z.record(z.string(), z.unknown()).describe("Variables for templates of your own."),
  })
  .describe("What a node image holds.");

export type ImageVars = z.output<typeof imageVarsSchema>;

/** Variables that a lab has otherwise: each may be left out. */
export const imageVarsOverrideSchema = z
  .strictObject({
    ...imageVarsSchema.shape,
    services: imageVarsSchema.shape.services.partial(),
    repositories: imageVarsSchema.shape.repositories.partial(),
  })
  .partial()
  .describe("Variables of the image that differ from nodeimage/vars.yaml.");

export type ImageVarsOverride = z.output<typeof imageVarsOverrideSchema>;
