import { z } from "zod";
import { emulatorBuildSchema } from "./emulator-build.ts";
import { cidr } from "./fields/cidr.ts";
import { hostPort } from "./fields/host-port.ts";
import { port } from "./fields/port.ts";
import { quantity } from "./fields/quantity.ts";
import { refusal } from "./refusal.ts";

/** The Redfish emulator in front of the power devices. */
export const emulatorSchema = z
  .strictObject({
    address: hostPort
      .optional()
      .describe(
        "HOST:PORT where Ironic reaches it; its Service's name if left out. A host's BMC address cannot change later.",
      ),
    port: port.default(8443).describe("Port of the Service."),
    cacheSeconds: z
      .number()
      .min(0, refusal("is negative", "give seconds, 0 to 3600"))
      .max(3600, refusal("is more than an hour", "give seconds, 0 to 3600"))
      .default(30)
      .describe(
        "How long a power state is answered from the cache: what keeps Ironic's polling off the plugs.",
      ),
    image: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Container image, best with @sha256:…; if left out, the one that `build` builds, or else the one of components/versions.ts.",
      ),
    build: emulatorBuildSchema.optional(),
    logLevel: z
      .enum(["fatal", "error", "warn", "info", "debug", "trace"])
      .default("info")
      .describe("What it logs."),
    eventLimit: z
      .number()
      .int(refusal("is not a whole number", "give rows, 100 to 1000000"))
      .min(100, refusal("is less than 100", "give rows, 100 to 1000000"))
      .max(1_000_000, refusal("is more than a million", "give rows, 100 to 1000000"))
      .default(10_000)
      .describe("Rows of the event log, which holds the audit entries, that its database keeps."),
    metrics: z
      .strictObject({
        anonymous: z
          .boolean()
          .default(false)
          .describe(
            "Whether GET /metrics needs no login. It tells the names of machines and what clients do, no secrets.",
          ),
      })
      .prefault({})
      .describe("Its metrics for Prometheus, at /metrics."),
    kubernetesView: z
      .boolean()
      .default(true)
      .describe(
        "Whether its console also shows what Kubernetes knows: hosts, machines, clusters, read by a ServiceAccount that cannot read Secrets.",
      ),
    storage: quantity.default("1Gi").describe("Size of the volume for its database."),
    allowFrom: z
      .array(cidr)
      .default([])
      .describe(
        "Further networks that may reach it, besides the infra node, where Ironic is on the host network.",
      ),
  })
  .prefault({})
  .describe("The Redfish emulator in front of the power devices.");

export type EmulatorConfig = z.output<typeof emulatorSchema>;
