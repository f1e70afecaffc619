/**
 * tp-link-tapo-connect's KLAP module (KLAP v2, the protocol of P100 and P110 firmware since 2023) under our control.
 * The package's front door is not used: it falls back to a protocol that Node no longer can and so hides why a login
 * failed. Its HTTP goes through axios without time-out, abort or a way to see a status, so interceptors on the very
 * axios it uses add them; a WorkContext tells which call a request belongs to.
 */
import { Agent } from "node:http";
import { createRequire } from "node:module";
import { loginDeviceByIp } from "tp-link-tapo-connect/dist/klap-transport.js";
import { WorkContext } from "../../work-context.ts";
import type { HttpReply, KlapStep, PlugCall } from "./plug-call.ts";

/** What is used of axios; the package brings it, so it is no dependency of ours. */
interface Axios {
  readonly VERSION?: string;
  readonly interceptors: {
    readonly request: { use(onRequest: (config: AxiosConfig) => AxiosConfig): void };
    readonly response: {
      use(onAnswer: (response: AxiosResponse) => AxiosResponse, onError: (error: AxiosError) => never): void;
    };
  };
}
interface AxiosConfig {
  readonly url?: string;
  signal?: AbortSignal;
  proxy?: false;
  maxRedirects?: number;
  maxContentLength?: number;
  httpAgent?: Agent;
}
interface AxiosResponse {
  readonly status: number;
  readonly data: unknown;
  readonly config: AxiosConfig;
  readonly headers: Record<string, unknown>;
}
interface AxiosError extends Error {
  readonly code?: string;
  readonly config?: AxiosConfig;
  readonly response?: { readonly status: number };
}

/** A plug we are logged in to. */
export type Plug = Awaited<ReturnType<typeof loginDeviceByIp>>;

const calls = new WorkContext<PlugCall>();
/** Plugs close the connection after each answer; using it again at once ends in a reset. */
const agent = new Agent({ keepAlive: false });
const MAX_ANSWER = 1_000_000;

watch(packagesAxios());

/** Logs in with a handshake of the package. To be called within {@link duringPlugCall}. */
export function logInToPlug(username: string, password: string, address: string): Promise<Plug> {
  return loginDeviceByIp(username, password, address);
}

/** Runs something that uses the package; its HTTP requests get the call's time-outs and report to it. */
export function duringPlugCall<Result>(call: PlugCall, work: () => Promise<Result>): Promise<Result> {
  return calls.run(call, work);
}

/** An import of axios might be another copy than the one the package requires. */
function packagesAxios(): Axios {
  const here = createRequire(import.meta.url);
  const axios = createRequire(here.resolve("tp-link-tapo-connect"))("axios") as Axios;
  if (axios.VERSION === undefined) {
    throw new Error(
      "tp-link-tapo-connect was installed with an axios older than 1.0, which cannot be stopped; install with the override of axios in package.json",
    );
  }
  return axios;
}

function watch(axios: Axios): void {
  axios.interceptors.request.use((config) => {
    const call = calls.current;
    if (call) config.signal = call.begin();
    // http_proxy in the environment must not take a plug's traffic away.
    config.proxy = false;
    config.maxRedirects = 0;
    config.maxContentLength = MAX_ANSWER;
    config.httpAgent = agent;
    return config;
  });
  axios.interceptors.response.use(
    (response) => {
      calls.current?.answered(stepOf(response.config), replyOf(response));
      return response;
    },
    (error) => {
      const { response, code } = error;
      const outcome = { status: response?.status, code: code ?? error.name };
      calls.current?.failed(stepOf(error.config), outcome);
      throw error;
    },
  );
}

function replyOf({ status, data, headers }: AxiosResponse): HttpReply {
  const body = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
  const cookies = headers["set-cookie"];
  return { status, body, cookies: Array.isArray(cookies) ? cookies.map(String) : [] };
}

function stepOf(config: AxiosConfig | undefined): KlapStep {
  const path = config?.url ?? "";
  if (path.endsWith("/handshake1")) return "handshake1";
  return path.endsWith("/handshake2") ? "handshake2" : "request";
}
