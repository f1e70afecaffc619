import type { KubeClient } from "../../kubernetes/kube-client.ts";
import { kinds } from "../../kubernetes/resource-kind.ts";
import type { Pod } from "./pod.ts";

/** What a projected volume asks for. */
export interface TokenWish {
  readonly audience?: string;
  /** Seconds; the API server's own volume asks for 3607. */
  readonly expirationSeconds?: number;
}

/** authentication.k8s.io/v1 TokenRequest. */
interface TokenRequest {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

interface Issued {
  readonly token: string;
  readonly renewAt: number;
}

const DEFAULT_SECONDS = 3_600;

/**
 * Tokens of pods' ServiceAccounts, from the API server's TokenRequest and bound to their pod, so that a process has the
 * rights that were declared for it and loses them with its pod. As with a kubelet, a token is asked for anew when a
 * fifth of its life is left.
 */
export class ServiceAccountTokens {
  readonly #client: Pick<KubeClient, "createBelow">;
  readonly #now: () => number;
  readonly #issued = new Map<string, Issued>();

  /** @param now milliseconds since 1970. */
  constructor(client: Pick<KubeClient, "createBelow">, now: () => number = Date.now) {
    this.#client = client;
    this.#now = now;
  }

  /** @throws KubeError 404 while the ServiceAccount does not exist. */
  async token(pod: Pod, { audience, expirationSeconds = DEFAULT_SECONDS }: TokenWish): Promise<string> {
    const { name, namespace = "default", uid = "" } = pod.metadata;
    const account = pod.spec?.serviceAccountName ?? "default";
    const key = JSON.stringify([uid, account, audience ?? "", expirationSeconds]);
    const known = this.#issued.get(key);
    if (known && this.#now() < known.renewAt) return known.token;
    const asked = this.#now();
    const { status } = await this.#client.createBelow<TokenRequest>(
      kinds.serviceAccount,
      account,
      namespace,
      "token",
      {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: {
          expirationSeconds,
          ...(audience ? { audiences: [audience] } : {}),
          boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
        },
      },
    );
    const life = Date.parse(status.expirationTimestamp) - asked;
    this.#issued.set(key, { token: status.token, renewAt: asked + 0.8 * life });
    return status.token;
  }

  /** Forgets the tokens of a pod that is gone. */
  forget(uid: string): void {
    for (const key of this.#issued.keys()) if (key.startsWith(`["${uid}"`)) this.#issued.delete(key);
  }
}
