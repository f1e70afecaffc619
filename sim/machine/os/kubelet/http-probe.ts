import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Container, HttpGet } from "./kubernetes-types.ts";

/**
 * A kubelet's httpGet probe: success is any status from 200 to 399; certificates are not checked (core/v1 HTTPGetAction).
 * @param address where the pod answers when the probe names no host.
 */
export function httpProbe(
  container: Container,
  probe: HttpGet,
  address: string,
  timeoutMs = 2_000,
): Promise<boolean> {
  const named = container.ports?.find((candidate) => candidate.name === probe.port)?.containerPort;
  const port = named ?? Number(probe.port);
  if (!Number.isInteger(port)) return Promise.resolve(false);
  const https = probe.scheme === "HTTPS";
  return new Promise((resolve) => {
    const options = {
      host: probe.host ?? address,
      port,
      path: probe.path ?? "/",
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    };
    const answered = (response: { statusCode?: number | undefined; resume: () => void }) => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 400);
    };
    const sent = https
      ? httpsRequest({ ...options, rejectUnauthorized: false }, answered)
      : httpRequest(options, answered);
    sent.on("error", () => resolve(false));
    sent.end();
  });
}
