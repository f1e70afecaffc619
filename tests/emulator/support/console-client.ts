import type { Answer, Ask, RedfishClient } from "./redfish-client.ts";

/** Asks the console's API as its page does. */
export class ConsoleClient {
  readonly #client: RedfishClient;
  /** `name=value` of the session; empty before the login. */
  readonly cookie: string;

  constructor(client: RedfishClient, cookie = "") {
    this.#client = client;
    this.cookie = cookie;
  }

  /** The answer to the login, and a client that is logged in if it was one. */
  async login(username: string, password: string): Promise<{ answer: Answer; client: ConsoleClient }> {
    const answer = await this.ask("session", { method: "POST", body: { username, password } });
    const [cookie = ""] = answer.headers["set-cookie"]?.[0]?.split(";") ?? [];
    return { answer, client: new ConsoleClient(this.#client, cookie) };
  }

  get(path: string): Promise<Answer> {
    return this.ask(path, {});
  }

  act(machine: string, action: string): Promise<Answer> {
    return this.ask(`machines/${machine}/actions`, { method: "POST", body: { action } });
  }

  ask(path: string, { headers = {}, ...ask }: Ask): Promise<Answer> {
    const own = { "X-Edge-Lab-Console": "1", ...(this.cookie !== "" && { Cookie: this.cookie }) };
    return this.#client.ask(`/console/api/${path}`, { ...ask, headers: { ...own, ...headers } });
  }
}
