import { z } from "zod";

/**
 * What can be wrong with a plug, or different from firmware to firmware. Sources: issues of python-kasa, openhab-addons,
 * home-assistant-tapo-p100 and evcc.
 */
export const tapoFaultsSchema = z.strictObject({
  /** Third-party compatibility is off in the app: handshake1 answers 403. */
  compatibilityOff: z.boolean().default(false),
  /** After a mains cut (firmware 1.4.6): handshake1 answers 403 until a UDP discovery probe arrives, which ends it. */
  deadUntilProbe: z.boolean().default(false),
  /** Unlike real plugs, a new login leaves the older sessions alone. */
  manySessions: z.boolean().default(false),
  /** Life of a session; told to the client in seconds as TIMEOUT. */
  sessionLifeMs: z.int().positive().default(86_400_000),
  /** The next n requests find their session gone, as after a login by somebody else (the phone app, a hub): 403. */
  stolenSessions: z.int().nonnegative().default(0),
  /** More requests than that within the window answer 429. */
  rateLimit: z
    .strictObject({ requests: z.int().positive(), windowMs: z.int().positive() })
    .nullable()
    .default(null),
  /** Takes connections and requests and never answers. */
  silent: z.boolean().default(false),
  /** Every answer comes that much later. */
  slowMs: z.int().nonnegative().default(0),
  /** The next n set_device_info are carried out and their connection is reset before the answer. */
  resetAfterCommand: z.int().nonnegative().default(0),
  /** Every answer is a page that no plug sends, with status 200; requests are carried out. */
  garbage: z.boolean().default(false),
  /** Every answer breaks off in its middle; requests are carried out. */
  cutAnswers: z.boolean().default(false),
  /** The next change of power, which is carried out, switches `cutAnswers` on. */
  cutFromCommand: z.boolean().default(false),
  /** handshake1 answers with a proof that fits no credentials, as after a change of the account's password. */
  wrongProof: z.boolean().default(false),
  /** multipleRequest answers -1003. */
  multipleRequestFails: z.boolean().default(false),
  /** A request with an empty header value gets a bare HTML page with status 200. */
  emptyHeaderPage: z.boolean().default(false),
  /** A request that sends TIMEOUT back in its cookie gets 403. */
  refuseTimeoutCookie: z.boolean().default(false),
  /** Every authenticated request answers this error_code (9999, -1301 ...) and does nothing. */
  errorCode: z.int().nullable().default(null),
  /** Right after each of the next n answers that told the relay, somebody presses the plug's button. */
  buttonAfterRead: z.int().nonnegative().default(0),
  /** The relay does not move though the command answers 0. */
  relayStuck: z.boolean().default(false),
  /** A P110 whose firmware does not know its meter's methods: they answer -1002, as a P100's. */
  noEnergy: z.boolean().default(false),
});

export type TapoFaults = z.infer<typeof tapoFaultsSchema>;
