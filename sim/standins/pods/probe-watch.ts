import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { type Container, containerPort, type Probe } from "./pod.ts";

/** Where a container's port is really open. */
export type Located = (port: number) => { readonly host: string; readonly port: number };

/** Asks once; false for every kind of no, a missing answer included. */
export type Ask = (probe: Probe, container: Container, located: Located) => Promise<boolean>;

/**
 * One probe of a container over time, as a kubelet does it (core/v1 Probe): asked every `periodSeconds` after
 * `initialDelaySeconds`; after `failureThreshold` refusals in a row it has failed, after `successThreshold` answers it has
 * succeeded.
 *
 * An eager one differs in that it is asked at every look while it has not succeeded, so that a process that is ready in
 * two seconds is not taken for unready for ten; refusals between two periods do not count.
 */
export class ProbeWatch {
  readonly #probe: Probe;
  readonly #eager: boolean;
  readonly #ask: Ask;
  readonly #now: () => number;
  #dueAt: number;
  #inARow = 0;
  #lastAnswer: boolean | undefined;
  #verdict: boolean | undefined;

  /** Begins when the process does. @param now milliseconds. */
  constructor(probe: Probe, eager: boolean, ask: Ask = askOnce, now: () => number = Date.now) {
    this.#probe = probe;
    this.#eager = eager;
    this.#ask = ask;
    this.#now = now;
    this.#dueAt = now() + (eager ? 0 : (probe.initialDelaySeconds ?? 0) * 1_000);
  }

  /** Asks when it is time. What is known then: true or false, or undefined while nothing is decided. */
  async look(container: Container, located: Located): Promise<boolean | undefined> {
    const { periodSeconds = 10, successThreshold = 1, failureThreshold = 3 } = this.#probe;
    const now = this.#now();
    const due = now >= this.#dueAt;
    if (!due && !(this.#eager && this.#verdict !== true)) return this.#verdict;
    if (due) this.#dueAt = now + periodSeconds * 1_000;
    const answer = await this.#ask(this.#probe, container, located);
    if (answer !== this.#lastAnswer) this.#inARow = 0;
    if (answer || due) this.#inARow++;
    this.#lastAnswer = answer;
    if (answer && this.#inARow >= successThreshold) this.#verdict = true;
    if (!answer && this.#inARow >= failureThreshold) this.#verdict = false;
    return this.#verdict;
  }
}

/** httpGet (2xx and 3xx are yes; a certificate is not verified, as by a kubelet) and tcpSocket; others are yes. */
async function askOnce(probe: Probe, container: Container, located: Located): Promise<boolean> {
  const { httpGet, tcpSocket, timeoutSeconds = 1 } = probe;
  const wanted = containerPort([container], httpGet?.port ?? tcpSocket?.port ?? "");
  if (wanted === undefined) return !httpGet && !tcpSocket;
  const { host, port } = located(wanted);
  const timeout = timeoutSeconds * 1_000;
  if (!httpGet) return opens(host, port, timeout);
  const send = httpGet.scheme?.toUpperCase() === "HTTPS" ? httpsRequest : httpRequest;
  const path = httpGet.path ?? "/";
  return new Promise((resolve) => {
    const options = { host, port, path, agent: false, rejectUnauthorized: false };
    const sent = send({ ...options, signal: AbortSignal.timeout(timeout) }, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 400);
    });
    sent.on("error", () => resolve(false));
    sent.end();
  });
}

function opens(host: string, port: number, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout });
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
    socket.once("timeout", () => answer(false));
  });
}
