import type { Middleware } from "koa";
import type { Logger } from "pino";
import type { RequestState } from "../http/request-state.ts";
import { RedfishError } from "../redfish/redfish-error.ts";

/** What DMTF's registry says in words for programs. */
const WORDS: Readonly<Record<string, string>> = {
  AccessUnauthorized: "The user name or the password is wrong.",
  NoValidSession: "Your login has ended. Log in again.",
  InsufficientPrivilege:
    "Refused: your role may look at machines, not act on them. Ask an administrator for the role Operator.",
  SessionLimitExceeded: "Too many people and programs are logged in. Try again later.",
};

/** Turns what is thrown into words for people, as `{"error": TEXT}`. What was not foreseen is logged and not told. */
export function consoleErrors(logger: Logger): Middleware<RequestState> {
  return async (context, next) => {
    try {
      await next();
    } catch (error) {
      const known = error instanceof RedfishError ? error : undefined;
      if (!known) logger.error({ err: error }, "a request of the console failed for an unforeseen reason");
      context.status = known?.status ?? 500;
      context.set({ ...known?.headers });
      const texts = known?.messages.map((message) => {
        const key = message.MessageId.replace(/^.*\./, "");
        return Object.hasOwn(WORDS, key) ? WORDS[key] : message.Message;
      });
      context.body = { error: texts?.join(" ") ?? "The emulator failed. Its log says why." };
    }
  };
}
