import { z } from "zod";
import { refusal } from "./refusal.ts";

const ssh = z
  .string()
  .regex(
    /^([\w.-]+@)?[A-Za-z0-9][\w.:-]*$/,
    refusal("is not an SSH target", "write USER@HOST, or a name of ~/.ssh/config"),
  );
const absolutePath = z
  .string()
  .regex(/^\/[^\s]+$/, refusal("is not an absolute path", "write it from / on, without blanks"));

const deliver = z
  .strictObject({
    to: z
      .enum(["k3s", "containerd", "registry"])
      .default("k3s")
      .describe(
        "k3s and containerd: the image is imported on the infra node itself, nobody pulls it. registry: it is pushed to `repository`, which the node pulls from.",
      ),
    ssh: ssh
      .optional()
      .describe("The infra node, by SSH, such as root@192.168.1.10; if left out, it is where Pulumi runs."),
    sudo: z.boolean().default(false).describe("Import by sudo, which must not ask for a password."),
    socket: absolutePath
      .default("/run/containerd/containerd.sock")
      .describe("Socket of containerd, for `to: containerd`."),
    repository: z
      .string()
      .regex(
        /^[a-z0-9][\w.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)+$/,
        refusal(
          "is not a repository",
          "write REGISTRY/NAME without a tag, such as registry.example.org/lab/redfish-emulator",
        ),
      )
      .optional()
      .describe("For `to: registry`: REGISTRY/NAME. Log in to it with the engine before."),
  })
  .prefault({})
  .describe("How the image gets to the infra node.");

/** How the emulator's image is built by `pulumi up`. */
export const emulatorBuildSchema = z
  .strictObject({
    engine: z.enum(["podman", "docker"]).default("podman").describe("Container engine that builds."),
    ssh: ssh.optional().describe("Machine that builds, by SSH; if left out, where Pulumi runs."),
    sudo: z.boolean().default(false).describe("Build by sudo, which must not ask for a password."),
    workFolder: absolutePath
      .default("/var/tmp/edge-lab-emulator-image")
      .describe("Folder on the building machine, with room for 500 MB."),
    base: z
      .string()
      .regex(
        /^[^\s-]\S*$/,
        refusal("is not an image reference", "write REGISTRY/NAME:TAG@sha256:DIGEST, or debian"),
      )
      .optional()
      .describe(
        "What it is built on, an image with Node.js and npm; redfish-emulator-base in components/versions.ts if left out. debian: no registry is asked, a base is made of Debian's packages and the Node.js of this project's packages (apt-get, dpkg-deb and npm where Pulumi runs, which must be a Debian).",
      ),
    caFile: absolutePath
      .optional()
      .describe(
        "PEM file on the building machine with further authorities that npm trusts during the build: for a network whose proxy opens TLS.",
      ),
    deliver,
  })
  .describe("Build the emulator's image from this repository and bring it to the infra node.");
