import { z } from "zod";

const secretSchema = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** A field of a Secret as the API returns it, decoded; undefined when it is missing or empty. */
export function secretData(secret: unknown, key: string): string | undefined {
  const text = Buffer.from(secretSchema.parse(secret).data[key] ?? "", "base64").toString("utf8");
  return text === "" ? undefined : text;
}
