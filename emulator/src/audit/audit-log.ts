import type { Logger } from "pino";
import type { Clock } from "../power/clock.ts";
import { requestContext } from "../request-context.ts";
import type { EventsTable, StoredEvent } from "../store/events-table.ts";

export interface AuditEntry {
  readonly kind: StoredEvent["kind"];
  readonly machine?: string;
  /** Whom the change concerns, where that is not whoever is logged in: at a login. Only of users that exist. */
  readonly username?: string;
  readonly outcome: "done" | "refused" | "failed";
  /** Must not hold a secret, nor text from the request that might be one. */
  readonly message: string;
}

/** The same refusal of a stranger goes into the store once in this time, so that guessing cannot wash the store out. */
const REPEAT_MS = 60_000;
const REMEMBERED = 1000;

/**
 * Every change and every attempt at one: who, from where, by which request, what became of it. Into the store's
 * bounded event log and into the structured log, which is the one to keep (a log collector has no bound).
 */
export class AuditLog {
  readonly #events: EventsTable;
  readonly #logger: Logger;
  readonly #clock: Clock;
  /** Monotonic clock of the refusals of strangers that were stored last. */
  readonly #strangers = new Map<string, number>();

  constructor(events: EventsTable, logger: Logger, clock: Clock) {
    this.#events = events;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** On disk with the store's next commit; whoever tells a client of a change commits first. */
  record(entry: AuditEntry): void {
    const { kind, machine, outcome, message } = entry;
    const request = requestContext.current;
    const username = entry.username ?? request?.username;
    const facts = {
      kind,
      outcome,
      ...(machine !== undefined && { machine }),
      ...(username !== undefined && { username }),
      ...(request && { origin: request.origin, requestId: request.requestId }),
    };
    this.#logger[outcome === "done" ? "info" : "warn"]({ audit: true, ...facts }, message);
    const stranger = outcome !== "done" && request?.username === undefined;
    if (stranger && this.#repeated(JSON.stringify([request?.origin, machine, entry.username, message])))
      return;
    this.#events.append({ at: this.#clock.now(), ...facts, message });
  }

  #repeated(key: string): boolean {
    const now = this.#clock.elapsed();
    const before = this.#strangers.get(key);
    if (before !== undefined && now - before < REPEAT_MS) return true;
    if (this.#strangers.size >= REMEMBERED) this.#strangers.clear();
    this.#strangers.set(key, now);
    return false;
  }
}
