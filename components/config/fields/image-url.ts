import { z } from "zod";
import { refusal } from "../refusal.ts";
import { httpUrl } from "./http-url.ts";

/** A disk image in an OCI registry, or a bootable container, as Ironic from 29.0 on reads it. */
const ociReference = z
  .string()
  .max(512, refusal("is longer than 512 characters", "shorten it; Metal3 refuses longer ones"))
  .regex(
    /^oci:\/\/[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)+(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    refusal("is not an OCI reference", "write oci://REGISTRY[:PORT]/NAME:TAG, better with @sha256:DIGEST"),
  );

/** Where a host gets an image from. A union of the two would say of neither what is wrong with it. */
export const imageUrl = z
  .string()
  .check((context) => {
    const schema = context.value.startsWith("oci:") ? ociReference : httpUrl;
    const result = schema.safeParse(context.value);
    for (const { message } of result.error?.issues ?? [])
      context.issues.push({ code: "custom", message, input: context.value });
  })
  // For editors, who are told nothing about a check.
  .meta({ pattern: "^(https?|oci)://", maxLength: 512 });
