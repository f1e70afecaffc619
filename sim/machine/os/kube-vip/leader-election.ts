import type { ApiClient } from "../kubelet/api-client.ts";

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

interface Lease {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string };
  readonly spec: LeaseSpec;
}

export interface LeaderElectionOptions {
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly leaseDurationMs: number;
}

/**
 * Leader election over a Lease (coordination.k8s.io/v1) by the rules of client-go's leaderelection: another's lease has
 * expired when it was not renewed for its duration since it was last *seen* to change, so clocks need not agree.
 */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #now: () => number;
  #seen: { readonly version: string; readonly at: number } | undefined;

  /** @param now milliseconds; only differences count. */
  constructor(options: LeaderElectionOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  /**
   * Takes or renews the lease. False when another one holds it, or was faster.
   * @throws Error when the API server cannot be asked.
   */
  async tryAcquire(client: ApiClient): Promise<boolean> {
    const { namespace, name, identity, leaseDurationMs } = this.#options;
    const collection = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
    const time = new Date().toISOString().replace("Z", "000Z");
    const mine = {
      holderIdentity: identity,
      leaseDurationSeconds: leaseDurationMs / 1_000,
      acquireTime: time,
      renewTime: time,
    };
    const lease = await client.get<Lease>(`${collection}/${name}`);
    if (!lease) {
      const first: Lease = {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name, namespace },
        spec: { ...mine, leaseTransitions: 0 },
      };
      return won(client.create(collection, first));
    }
    const version = lease.metadata.resourceVersion ?? "";
    if (this.#seen?.version !== version) this.#seen = { version, at: this.#now() };
    const { holderIdentity, acquireTime, leaseDurationSeconds, leaseTransitions = 0 } = lease.spec;
    const held = holderIdentity === identity;
    // Of a short lease, as one that was given up is, its own duration counts.
    const duration = Math.min((leaseDurationSeconds ?? 0) * 1_000 || leaseDurationMs, leaseDurationMs);
    if (!held && holderIdentity && this.#now() - this.#seen.at < duration) return false;
    const spec = held
      ? { ...lease.spec, ...mine, acquireTime: acquireTime ?? time }
      : { ...lease.spec, ...mine, leaseTransitions: leaseTransitions + 1 };
    return won(client.replace(`${collection}/${name}`, { ...lease, spec }));
  }

  /** Gives the lease up, so that another one need not wait for its end. */
  async release(client: ApiClient): Promise<void> {
    const { namespace, name, identity } = this.#options;
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
    const lease = await client.get<Lease>(path);
    if (lease?.spec.holderIdentity !== identity) return;
    const spec = { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1 };
    await client.replace(path, { ...lease, spec });
  }
}

/** Conflict and "already there" mean that another one was faster. */
async function won(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if ((error as { status?: number }).status === 409) return false;
    throw error;
  }
}
