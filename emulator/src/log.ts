import { type DestinationStream, type Logger, pino } from "pino";
import type { EmulatorConfig } from "./config.ts";
import { requestContext } from "./request-context.ts";

/** Names under which a secret might get into a log object one day; none is logged on purpose. */
const SECRETS = [
  "password",
  "Password",
  "token",
  "authorization",
  "Authorization",
  "cookie",
  "x-auth-token",
  "X-Auth-Token",
];

/** JSON lines on standard output, or wherever a test wants them. */
export function createLogger(level: EmulatorConfig["logLevel"], destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors of HTTP clients carry the request they made: only what a human reads is kept.
    serializers: { err: briefError },
    mixin: () => {
      const request = requestContext.current;
      return request ? { requestId: request.requestId } : {};
    },
    redact: {
      paths: SECRETS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
      censor: "[redacted]",
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

function briefError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack };
}
