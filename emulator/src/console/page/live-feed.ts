interface Frame {
  readonly now: number;
  readonly content: unknown;
}

export interface LiveFeedOptions {
  /** Beside the API's own address: what the page shows. */
  readonly query: URLSearchParams;
  readonly parts: readonly string[];
  readonly onPart: (part: string, frame: Frame) => void;
  /** Whether news come; "ended": none will come again by itself. */
  readonly onState: (state: "live" | "broken" | "ended") => void;
}

/** Server-sent events of what the page shows now. */
export class LiveFeed {
  readonly #source: EventSource;

  constructor({ query, parts, onPart, onState }: LiveFeedOptions) {
    const source = new EventSource(`/console/api/events?${query}`);
    this.#source = source;
    source.onopen = () => onState("live");
    // The browser comes again by itself, unless the answer was no stream: a login that has ended.
    source.onerror = () => onState(source.readyState === EventSource.CLOSED ? "ended" : "broken");
    for (const part of parts) {
      source.addEventListener(part, (event) =>
        onPart(part, JSON.parse((event as MessageEvent<string>).data)),
      );
    }
  }

  close(): void {
    this.#source.onopen = null;
    this.#source.onerror = null;
    this.#source.close();
  }
}
