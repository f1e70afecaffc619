import { existsSync } from "node:fs";
import { execa } from "execa";
import { KubeClient } from "../../sim/kubernetes/kube-client.ts";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import type { InfraNode } from "./infra-node.ts";

const kubeconfig = "/etc/rancher/k3s/k3s.yaml";

/** Whether this machine runs a k3s server. */
export function k3sIsHere(): boolean {
  return existsSync(kubeconfig);
}

/** The k3s of this machine: nothing of it is changed but what tests deploy, which they remove. */
export class K3sNode implements InfraNode {
  readonly kubeconfig = kubeconfig;
  readonly ctr = ["k3s", "ctr"];
  #address = "127.0.0.1";

  get address(): string {
    return this.#address;
  }

  get machineAddress(): string {
    return this.#address;
  }

  /** @throws Error when there is a lab on it: tests would take its names. */
  async up(): Promise<void> {
    const taken = await this.kubectl(
      "get",
      "namespace",
      "edge-lab",
      "cert-manager",
      "--ignore-not-found",
      "-o",
      "name",
    );
    if (taken !== "")
      throw new Error(
        `this machine's k3s has ${taken.split("\n").join(", ")}: there seems to be a lab on it, which tests must not touch. Run them on another machine`,
      );
    const path = "jsonpath={.items[0].status.addresses[?(@.type=='InternalIP')].address}";
    this.#address = await this.kubectl("get", "nodes", "-o", path);
  }

  async restart(): Promise<void> {
    // Its pods live on when k3s itself is restarted; its own script ends them.
    await execa("k3s-killall.sh", { timeout: 300_000 });
    await execa("systemctl", ["restart", "k3s"], { timeout: 300_000 });
    const client = new KubeClient(kubeconfig);
    try {
      await waitUntil(() => client.ready(), { what: "k3s", timeoutMs: 180_000, everyMs: 500 });
    } finally {
      client.close();
    }
  }

  async down(): Promise<void> {}

  kubectl(...args: string[]): Promise<string> {
    return this.kubectlInput("", ...args);
  }

  async kubectlInput(input: string, ...args: string[]): Promise<string> {
    return (await execa("k3s", ["kubectl", ...args], { input, timeout: 600_000 })).stdout;
  }
}
