import { z } from "zod";

/**
 * What can be wrong with an AMT engine, or different from firmware to firmware. Sources: Intel's AMT SDK, MeshCommander,
 * issues of MeshCentral and Intel's rps and mps.
 */
export const amtFaultsSchema = z.strictObject({
  /** Intel LMS runs in the operating system: graceful actions and sleep are offered and work. */
  lms: z.boolean().default(false),
  /** What a graceful action gets without LMS: accepted and ignored, as real firmware does, or ReturnValue 2. */
  withoutLms: z.enum(["ignore", "refuse"]).default("ignore"),
  /** Client Control Mode with user consent: boot options get an AccessDenied fault. */
  consentRequired: z.boolean().default(false),
  /** An open SOL, IDE-R or KVM session: power changes are refused. */
  redirectionOpen: z.boolean().default(false),
  /** Every power request answers 2, as while the BIOS has not finished. */
  busy: z.boolean().default(false),
  /** Power requests answer 0 and nothing happens. */
  ignoreCommands: z.boolean().default(false),
  /** Power requests answer this ReturnValue and nothing happens. */
  returnValue: z.int().nonnegative().nullable().default(null),
  /** The source of a one-time boot is not cleared by the boot ("some versions don't by themselves"). */
  sourceSticks: z.boolean().default(false),
  /** Takes connections and requests and never answers. */
  silent: z.boolean().default(false),
  /** Every answer comes that much later. */
  slowMs: z.int().nonnegative().default(0),
  /** The next n power requests are carried out and their connection is reset before the answer. */
  resetAfterCommand: z.int().nonnegative().default(0),
  /** Every login fails, as after a change of the password; counts towards the lock-out. */
  refuseLogins: z.boolean().default(false),
  /** The account is locked, whatever was tried before: attempts are neither judged nor counted. */
  lockedOut: z.boolean().default(false),
  /** The next n requests with a login find their nonce forgotten, along with every other: `stale="true"`. */
  stolenSessions: z.int().nonnegative().default(0),
  /** A nonce may be used that often, then it is stale; null: as often as one likes. */
  nonceUses: z.int().positive().nullable().default(null),
  /** Longer than any check takes that counts logins, however slow the machine it runs on. */
  nonceLifeMs: z.int().positive().default(3_600_000),
  /** Offers qop="auth-int, auth", as AMT 14 and later. */
  authInt: z.boolean().default(false),
  /** Leaves the connection open after a 401. */
  keepConnectionOn401: z.boolean().default(false),
  /**
   * With the machine off and nobody asking for that long, the engine sleeps: connections are dropped until it woke up.
   */
  sleepAfterMs: z.int().positive().nullable().default(null),
  /** From the first dropped connection to being awake. */
  wakeMs: z.int().nonnegative().default(2_000),
  /** At most that many items in an answer to Pull, whatever the client takes. */
  pullItems: z.int().positive().nullable().default(null),
  /** Authenticated requests get this HTTP status and a page in place of an answer. */
  httpStatus: z.int().min(400).max(599).nullable().default(null),
  /** Authenticated requests are carried out and get, with status 200, a page that no engine sends. */
  garbage: z.boolean().default(false),
  /** Right after each of the next n answers that told the power, somebody presses the machine's button. */
  buttonAfterRead: z.int().nonnegative().default(0),
  /** Answers are cut off in the middle of the XML. */
  brokenXml: z.boolean().default(false),
  /** The connection ends in the middle of every answer to an authenticated request; requests are carried out. */
  cutAnswers: z.boolean().default(false),
  /** The next change of power, which is carried out, switches `cutAnswers` on. */
  cutFromCommand: z.boolean().default(false),
});

export type AmtFaults = z.infer<typeof amtFaultsSchema>;
