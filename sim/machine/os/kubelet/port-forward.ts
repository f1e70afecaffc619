import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { stringify } from "yaml";
import { insidePaths } from "../private-root.ts";
import { kubeletFiles } from "./kubelet-settings.ts";

const FILES = {
  config: "/run/edge-lab/kwok.yaml",
  kubeconfig: "/run/edge-lab/kwok.kubeconfig",
  key: join(kubeletFiles.pki, "kubelet.key"),
  certificate: join(kubeletFiles.pki, "kubelet.crt"),
} as const;
const ENDPOINT = { host: "127.0.0.1", port: 10_246 } as const;
const RESTART_MS = 10_000;
/** What is asked for through the API server: Cluster API's control plane asks etcd for its members this way. */
const PORTS = [2379, 2381, 6443];

/**
 * A kubelet's port-forward (https on port 10250), played by a kwok: forwards a pod's port to this machine.
 *
 * Only kwok's server is wanted. Its controllers would set the status of nodes and pods, which the kubelet stand-in does
 * itself and truer, and would need more rights than a node has. So it is pointed at an API without objects.
 */
export class PortForward {
  readonly #nodeName: string;
  readonly #address: string;
  #empty: Server | undefined;
  #kwok: ChildProcess | undefined;
  #notBefore = 0;

  constructor(nodeName: string, address: string) {
    this.#nodeName = nodeName;
    this.#address = address;
  }

  /** Makes sure that it runs; to be called now and then. */
  async ensure(): Promise<void> {
    if (this.#kwok && this.#kwok.exitCode === null && this.#kwok.signalCode === null) return;
    if (performance.now() < this.#notBefore) return;
    this.#notBefore = performance.now() + RESTART_MS;
    this.#empty ??= await apiWithoutObjects();
    await this.#prepare();
    const log = openSync("/var/log/kwok.log", "a");
    this.#kwok = spawn(
      join(insidePaths.kubernetes, "kwok"),
      [
        `--kubeconfig=${FILES.kubeconfig}`,
        `--config=${FILES.config}`,
        "--manage-all-nodes=false",
        `--manage-single-node=${this.#nodeName}`,
        "--node-lease-duration-seconds=0",
        "--server-address=0.0.0.0:10250",
        `--tls-cert-file=${FILES.certificate}`,
        `--tls-private-key-file=${FILES.key}`,
      ],
      { stdio: ["ignore", log, log], env: { ...process.env, HOME: "/root", GOMAXPROCS: "1" } },
    );
    closeSync(log);
    this.#kwok.once("error", () => {
      // Started again at the next look.
    });
  }

  stop(): void {
    this.#kwok?.kill("SIGKILL");
    this.#empty?.close();
  }

  async #prepare(): Promise<void> {
    const target = (port: number) => ({ ports: [port], target: { port, address: "127.0.0.1" } });
    const kubeconfig = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "empty", cluster: { server: `http://${ENDPOINT.host}:${ENDPOINT.port}` } }],
      contexts: [{ name: "empty", context: { cluster: "empty", user: "" } }],
      "current-context": "empty",
    };
    const config = {
      apiVersion: "kwok.x-k8s.io/v1alpha1",
      kind: "ClusterPortForward",
      metadata: { name: "machine" },
      spec: { forwards: PORTS.map(target) },
    };
    writeFileSync(FILES.config, stringify(config));
    writeFileSync(FILES.kubeconfig, stringify(kubeconfig));
    if (existsSync(FILES.certificate)) return;
    const { servingCertificate } = await import("./certificates.ts");
    const { key, certificate } = await servingCertificate(this.#nodeName, this.#address);
    mkdirSync(kubeletFiles.pki, { recursive: true });
    writeFileSync(FILES.key, key, { mode: 0o600 });
    writeFileSync(FILES.certificate, certificate);
  }
}

/** Answers every list with none, and every watch with silence. */
function apiWithoutObjects(): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    response.setHeader("content-type", "application/json");
    response.writeHead(200);
    if (/^(1|true)$/.test(url.searchParams.get("watch") ?? "")) {
      response.flushHeaders();
      return;
    }
    response.end(
      JSON.stringify({ apiVersion: "v1", kind: "List", metadata: { resourceVersion: "1" }, items: [] }),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(ENDPOINT.port, ENDPOINT.host, () => resolve(server));
  });
}
