import type { ClientRequest, IncomingMessage } from "node:http";
import { request } from "node:https";
import type { RedfishClient } from "./redfish-client.ts";

/** A client of server-sent events, as a browser's EventSource reads them. */
export class EventListener {
  /** Data of the events so far, parsed. */
  readonly events: { readonly id: string | undefined; readonly data: Record<string, unknown> }[] = [];
  readonly response: IncomingMessage;
  /** Resolves when the connection ended, by whomever. */
  readonly ended: Promise<void>;
  readonly #request: ClientRequest;

  private constructor(sent: ClientRequest, response: IncomingMessage) {
    this.#request = sent;
    this.response = response;
    let text = "";
    response.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) this.#read(block);
    });
    response.on("error", () => undefined);
    this.ended = new Promise((resolve) => response.on("close", () => resolve()));
  }

  static open(
    client: RedfishClient,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventListener> {
    return new Promise((resolve, reject) => {
      const options = {
        agent: false as const,
        headers: { Accept: "text/event-stream", ...client.headers, ...headers },
      };
      const sent = request(
        `${client.url}${path}`,
        { ...options, ...(client.ca && { ca: client.ca }) },
        (response) => resolve(new EventListener(sent, response)),
      );
      sent.on("error", reject);
      sent.end();
    });
  }

  close(): void {
    this.#request.destroy();
  }

  #read(block: string): void {
    const fields = new Map(
      block.split("\n").map((line) => [line.split(": ")[0], line.slice(line.indexOf(": ") + 2)]),
    );
    const data = fields.get("data");
    if (data !== undefined)
      this.events.push({ id: fields.get("id"), data: JSON.parse(data) as Record<string, unknown> });
  }
}
