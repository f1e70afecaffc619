import { KubeClient } from "../../sim/kubernetes/kube-client.ts";
import { Reconciler } from "../../sim/kubernetes/reconciler.ts";
import { CertificateIssuer } from "../../sim/standins/certificate-issuer.ts";
import { LocalPathProvisioner } from "../../sim/standins/local-path-provisioner.ts";
import type { StandIn } from "../../sim/standins/stand-in.ts";

/** What a node needs and cannot have here: cert-manager's controllers and, where it is no k3s, a provisioner of volumes. */
export class NodeStandIns {
  readonly #client: KubeClient;
  readonly #reconcilers: readonly Reconciler[];
  readonly #running: Promise<unknown>;
  readonly log: string[] = [];

  /**
   * @param volumes folder for volumes; undefined where the node provides them.
   * @param more stand-ins beside them.
   */
  constructor(
    kubeconfig: string,
    volumes: string | undefined,
    more: (client: KubeClient, log: (line: string) => void) => readonly StandIn[] = () => [],
  ) {
    this.#client = new KubeClient(kubeconfig);
    const log = (line: string) => {
      this.log.push(line);
    };
    const standIns: StandIn[] = [new CertificateIssuer(this.#client, log), ...more(this.#client, log)];
    if (volumes !== undefined) standIns.push(new LocalPathProvisioner(this.#client, volumes, log));
    this.#reconcilers = standIns.map(
      ({ name, kinds, reconcile, resyncMs }, index) =>
        new Reconciler({
          name,
          client: this.#client,
          kinds,
          reconcile: (changed) => reconcile.call(standIns[index], changed),
          ...(resyncMs !== undefined && { resyncMs }),
          log,
        }),
    );
    this.#running = Promise.all(this.#reconcilers.map((reconciler) => reconciler.run()));
  }

  async stop(): Promise<void> {
    for (const reconciler of this.#reconcilers) reconciler.stop();
    await this.#running;
    this.#client.close();
  }
}
