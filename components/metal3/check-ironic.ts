import { setTimeout as pause } from "node:timers/promises";
import { certificateProblem } from "../http/certificate-problem.ts";
import { type HttpsAnswer, httpsCall } from "../http/https-call.ts";
import { metal3Namespace } from "./names.ts";

export interface IronicLogin {
  /** As in https://192.0.2.1:6385, without a path. */
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
  /** The lab's certificate authority. */
  readonly caPem: string;
  /** Milliseconds for one try; 5000 if left out. */
  readonly timeOut?: number;
  /** For what may pass: no connection, no answer, 5xx. 3 if left out. */
  readonly tries?: number;
}

/** refused: Ironic answered, and will not work for the baremetal-operator. unreachable: nothing was learnt from here. */
export type IronicFinding =
  | { readonly state: "ok" }
  | { readonly state: "refused"; readonly problem: string; readonly fix: string }
  | { readonly state: "unreachable"; readonly problem: string };

const restart = `kubectl -n ${metal3Namespace} rollout restart deployment/ironic-service`;

/**
 * Whether Ironic's API takes a login over TLS that the lab's authority vouches for.
 *
 * The baremetal-operator does not say when it has the wrong password or authority: it asks again every 30 s, and its hosts
 * keep operationalStatus OK (0.13, pkg/provisioner/ironic, TryInit). GET /v1/nodes is the first call that needs the login:
 * /v1 itself is open (ironic, api/middleware/auth_public_routes).
 *
 * Never throws, and no text of it holds the password.
 */
export async function checkIronic(login: IronicLogin): Promise<IronicFinding> {
  const { endpoint, timeOut = 5_000, tries = 3, ...rest } = login;
  // No `fields`: without a header that asks for API version 1.8, Ironic answers 406.
  const url = `${endpoint}/v1/nodes?limit=1`;
  let problem = "";
  for (let left = tries; left > 0; left--) {
    try {
      const finding = judged(endpoint, await httpsCall({ ...rest, method: "GET", url, timeOut, maxMiB: 4 }));
      if (finding.state !== "unreachable") return finding;
      problem = finding.problem;
    } catch (error) {
      const refused = refusedConnection(endpoint, error);
      if (refused) return refused;
      problem = `${endpoint}: ${error instanceof Error ? error.message || error.name : String(error)}`;
    }
    // Jitter, so that two runs do not ask in step.
    if (left > 1) await pause(500 + Math.random() * 500);
  }
  return { state: "unreachable", problem };
}

function judged(endpoint: string, { status, text }: HttpsAnswer): IronicFinding {
  if (status === 401 || status === 403) {
    return {
      state: "refused",
      problem: `Ironic at ${endpoint} refuses the login of Secret ironic-api (HTTP ${status}); the baremetal-operator says nothing about it and its hosts wait for ever`,
      fix: `let Ironic read its Secret again: ${restart}`,
    };
  }
  if (status >= 500) return { state: "unreachable", problem: `${endpoint} answers HTTP ${status}` };
  if (status === 200 && isNodeList(text)) return { state: "ok" };
  return {
    state: "refused",
    problem: `what answers at ${endpoint} is not Ironic (HTTP ${status} to GET /v1/nodes)`,
    fix: "give edge-lab:infra.provisioning.address the infra node's own address, and see that nothing else uses its port 6385",
  };
}

function refusedConnection(endpoint: string, error: unknown): IronicFinding | undefined {
  const certificate = certificateProblem(error);
  if (certificate !== undefined) {
    return {
      state: "refused",
      problem: `the lab's authority does not vouch for the certificate of Ironic at ${endpoint}: ${certificate}`,
      fix: `have a new certificate issued: kubectl -n ${metal3Namespace} delete secret ironic-tls; when it is there again: ${restart}`,
    };
  }
  // OpenSSL's "wrong version number": an answer that is no TLS record.
  if (error instanceof Error && "code" in error && error.code === "EPROTO") {
    return {
      state: "refused",
      problem: `what answers at ${endpoint} does not speak TLS`,
      fix: `Ironic did not take its certificate: does Secret ironic-tls exist in ${metal3Namespace}? Then ${restart}`,
    };
  }
  return undefined;
}

function isNodeList(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && "nodes" in body && Array.isArray(body.nodes);
  } catch {
    return false;
  }
}
