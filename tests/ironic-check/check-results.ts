import { z } from "zod";

const resultSchema = z.strictObject({
  group: z.string(),
  name: z.string(),
  passed: z.boolean(),
  detail: z.string(),
});

/** One check and how it went; `detail` says what was seen instead, or, when it passed, what was counted. */
export type CheckResult = z.infer<typeof resultSchema>;

/** @throws Error when the line is not what report.py prints */
export function parseResult(line: string): CheckResult {
  return resultSchema.parse(JSON.parse(line));
}
