import { z } from "zod";

const state = z.object({ inputs: z.record(z.string(), z.unknown()).default({}) });

/** The events of Pulumi's engine that a plan is made of (sdk/go/common/apitype/events.go); others have none of these fields. */
const engineEvent = z.object({
  resourcePreEvent: z
    .object({
      metadata: z.object({
        op: z.string(),
        urn: z.string(),
        type: z.string(),
        new: state.nullish(),
        diffs: z.array(z.string()).nullish(),
        keys: z.array(z.string()).nullish(),
        detailedDiff: z.record(z.string(), z.unknown()).nullish(),
      }),
    })
    .optional(),
  diagnosticEvent: z
    .object({
      urn: z.string().default(""),
      message: z.string(),
      severity: z.string(),
      ephemeral: z.boolean().default(false),
    })
    .optional(),
  policyEvent: z
    .object({
      resourceUrn: z.string().default(""),
      message: z.string(),
      policyName: z.string(),
      enforcementLevel: z.string(),
    })
    .optional(),
});

export type EngineEvent = z.output<typeof engineEvent>;

/** The events of `pulumi preview --event-log FILE`: a JSON object on each line. An unfinished last line is left out. */
export function engineEvents(log: string): EngineEvent[] {
  const lines = log.split("\n").filter((line) => line.trim() !== "");
  return lines.flatMap((line, index) => {
    try {
      return [engineEvent.parse(JSON.parse(line))];
    } catch (error) {
      if (error instanceof SyntaxError && index === lines.length - 1) return [];
      throw error;
    }
  });
}
