import { createSocket } from "node:dgram";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../kubelet/api-client.ts";
import type { Workload } from "../kubelet/workload.ts";
import { systemCommand } from "../system-command.ts";
import type { KubeVipSettings } from "./kube-vip-settings.ts";
import { LeaderElection } from "./leader-election.ts";

export interface KubeVipOptions {
  readonly settings: KubeVipSettings;
  readonly nodeName: string;
  /** An address of the machines' network that nobody has, for {@link KubeVip}'s announcements. */
  readonly silentAddress: string;
  readonly log: (line: string) => void;
}

/**
 * Stands for kube-vip as a static pod of a control-plane machine: asks its own machine's API server for the Lease, and
 * holds the shared address on eth0 as long as it leads.
 *
 * kube-vip tells its neighbours by ARP packets of its own making, which takes a raw socket. Here the kernel makes them:
 * a datagram from the shared address to one that nobody has lets it ask for that one, by a broadcast ARP request with the
 * shared address as its sender, which puts right what every neighbour remembers (RFC 826; Linux arp_process()).
 */
export class KubeVip implements Workload {
  ready = true;
  readonly restarts = 0;
  readonly #options: KubeVipOptions;
  readonly #stopping = new AbortController();
  readonly #election: LeaderElection;
  readonly #ended: Promise<void>;
  #client: ApiClient | undefined;
  #holds = false;
  #lastError = "";

  constructor(options: KubeVipOptions) {
    this.#options = options;
    const { leaseNamespace, leaseName, leaseDurationMs } = options.settings;
    this.#election = new LeaderElection({
      namespace: leaseNamespace,
      name: leaseName,
      identity: options.nodeName,
      leaseDurationMs,
    });
    this.#ended = this.#run();
  }

  /** As kube-vip on SIGTERM: the address and the lease are given up. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { retryPeriodMs, renewDeadlineMs } = this.#options.settings;
    let renewed = 0;
    while (!signal.aborted) {
      try {
        if (await this.#tryLead()) {
          renewed = performance.now();
          await this.#take();
        } else await this.#drop("another machine leads");
        this.#lastError = "";
      } catch (error) {
        this.#note((error as Error).message);
        if (performance.now() - renewed > renewDeadlineMs) await this.#drop("the lease could not be renewed");
      }
      await sleep(retryPeriodMs * (0.9 + Math.random() * 0.2), undefined, { signal }).catch(() => {});
    }
    await this.#drop("stopped");
    if (this.#client) await this.#election.release(this.#client).catch(() => {});
    this.#client?.close();
  }

  async #tryLead(): Promise<boolean> {
    const { kubeconfig, port } = this.#options.settings;
    if (!this.#client) {
      // A kubelet does not start the pod before the file is there (hostPath type File).
      if (!existsSync(kubeconfig)) return false;
      this.#client = new ApiClient(kubeconfig, {
        server: `https://127.0.0.1:${port}`,
        serverName: "kubernetes",
        timeoutMs: 3_000,
      });
    }
    return this.#election.tryAcquire(this.#client);
  }

  async #take(): Promise<void> {
    const { address, prefix, interface: device } = this.#options.settings;
    if (!this.#holds) {
      await systemCommand("ip", ["address", "replace", `${address}/${prefix}`, "dev", device]);
      this.#holds = true;
      this.#options.log(`kube-vip: holds ${address}`);
    }
    await this.#announce();
  }

  async #drop(why: string): Promise<void> {
    if (!this.#holds) return;
    const { address, prefix, interface: device } = this.#options.settings;
    this.#holds = false;
    this.#options.log(`kube-vip: gives up ${address}: ${why}`);
    await systemCommand("ip", ["address", "delete", `${address}/${prefix}`, "dev", device]).catch(() => {
      // It is not there; what counts is that it is not.
    });
  }

  #announce(): Promise<void> {
    const { settings, silentAddress } = this.#options;
    return new Promise((resolve) => {
      const socket = createSocket(settings.address.includes(":") ? "udp6" : "udp4");
      const done = () => {
        socket.close();
        resolve();
      };
      socket.once("error", done);
      socket.bind({ address: settings.address, port: 0 }, () =>
        socket.send(Buffer.of(0), 9, silentAddress, done),
      );
    });
  }

  /** The same trouble is told once. */
  #note(message: string): void {
    if (message === this.#lastError) return;
    this.#lastError = message;
    this.#options.log(`kube-vip: ${message}`);
  }
}
