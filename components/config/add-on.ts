import { z } from "zod";
import { dnsLabel } from "./fields/dns-label.ts";
import { httpUrl } from "./fields/http-url.ts";
import { sha256 } from "./fields/sha256.ts";
import { refusal } from "./refusal.ts";

const manifest = z
  .strictObject({
    url: httpUrl.describe("URL of a YAML file; one that never changes, such as a release's."),
    sha256: sha256.default("").describe("Its sha256; empty only with manifests.allowUnpinned."),
  })
  .describe("Objects from one YAML file.");

const chart = z
  .strictObject({
    repository: z
      .string()
      .regex(/^(https?|oci):\/\/\S+$/, refusal("is not a chart repository", "write https://… or oci://…"))
      .describe("Helm repository."),
    chart: z.string().min(1).describe("Name of the chart."),
    version: z
      .string()
      .regex(
        /^v?\d+\.\d+\.\d+\S*$/,
        refusal("is not an exact version", "write one such as 1.2.3, not a range"),
      )
      .describe("Exact version of the chart."),
    values: z.record(z.string(), z.unknown()).default({}).describe("Values."),
  })
  .describe("Objects from a Helm chart.");

/** Something of the user's own on the infra cluster, ordered and destroyed like our own add-ons. */
export const addOnSchema = z
  .strictObject({
    name: dnsLabel.describe("Name of the add-on."),
    namespace: dnsLabel
      .default("default")
      .describe("Namespace for what does not name its own; made if missing."),
    manifest: manifest.optional(),
    chart: chart.optional(),
    dependsOn: z.array(z.string()).default([]).describe("Names of add-ons that have to be there first."),
  })
  .describe("An add-on of your own on the infra cluster: a manifest or a chart.");

export type AddOnConfig = z.output<typeof addOnSchema>;
