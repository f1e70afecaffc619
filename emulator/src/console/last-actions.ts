import type { EventsTable, LoggedEvent } from "../store/events-table.ts";

/** Events read at a time. */
const BATCH = 1_000;

/** The last action of each machine, kept up to date by reading only what is new in the log: a list may show many machines each second. */
export class LastActions {
  readonly #events: EventsTable;
  #known: Map<string, LoggedEvent> | undefined;
  #seen = 0;

  constructor(events: EventsTable) {
    this.#events = events;
  }

  /** The last change of power or boot override that somebody asked for, whatever became of it. */
  of(machine: string): LoggedEvent | undefined {
    return this.#upToDate().get(machine);
  }

  #upToDate(): ReadonlyMap<string, LoggedEvent> {
    if (!this.#known) {
      this.#seen = this.#events.latest(1)[0]?.id ?? 0;
      this.#known = new Map();
      for (const event of this.#events.lastActions()) this.#take(this.#known, event);
      return this.#known;
    }
    for (;;) {
      const news = this.#events.after(this.#seen, BATCH);
      for (const event of news) this.#take(this.#known, event);
      this.#seen = news.at(-1)?.id ?? this.#seen;
      if (news.length < BATCH) return this.#known;
    }
  }

  #take(known: Map<string, LoggedEvent>, event: LoggedEvent): void {
    const action = event.outcome !== undefined && (event.kind === "power" || event.kind === "boot");
    if (action && event.machine !== undefined) known.set(event.machine, event);
  }
}
