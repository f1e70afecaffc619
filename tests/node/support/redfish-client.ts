import { request } from "node:https";
import type { PeerCertificate, TLSSocket } from "node:tls";

export interface RedfishReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly certificate: PeerCertificate;
}

/** Requests to the emulator on a node, over TLS that trusts nothing but one authority. */
export class RedfishClient {
  readonly #url: string;
  readonly #ca: string | undefined;
  readonly #auth: string;

  /**
   * @param ca the lab's own authority; undefined is who trusts the internet's.
   * @param login `user:password`
   */
  constructor(url: string, ca: string | undefined, login: string) {
    this.#url = url;
    this.#ca = ca;
    this.#auth = login;
  }

  /** @throws Error when it does not answer, or is not who it should be. */
  send(method: string, path: string, body?: unknown): Promise<RedfishReply> {
    const headers = { "content-type": "application/json" };
    const options = { method, ca: this.#ca, auth: this.#auth, agent: false, timeout: 20_000, headers };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#url}${path}`, options, (response) => {
        const certificate = (response.socket as TLSSocket).getPeerCertificate();
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const parsed = (text === "" ? {} : JSON.parse(text)) as RedfishReply["body"];
          resolve({ status: response.statusCode ?? 0, body: parsed, certificate });
        });
      });
      sent.on("error", reject);
      sent.on("timeout", () => sent.destroy(new Error("no answer in 20 s")));
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
