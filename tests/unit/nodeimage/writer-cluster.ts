import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

interface FakeObject {
  readonly metadata: { name: string; uid?: string; ownerReferences?: readonly { uid: string }[] };
  readonly data?: Record<string, string>;
  readonly stringData?: Record<string, string>;
  readonly spec?: {
    containers: readonly { args: readonly string[]; ports: readonly { hostPort: number }[] }[];
  };
}

/**
 * A Kubernetes API that knows pods, ConfigMaps and Secrets of one namespace, and runs the writer's pod as a process with the
 * programs, the identity and the arguments that it was given.
 */
export class WriterCluster {
  readonly folder = mkdtempSync(join(tmpdir(), "edge-lab-cluster-"));
  readonly images = join(this.folder, "images");
  readonly kubeconfig = join(this.folder, "kubeconfig");
  /** Objects by "PLURAL/NAME". */
  readonly objects = new Map<string, FakeObject>();
  /** Items of custom objects by plural; a kind that is not here is not served. */
  readonly custom = new Map<string, unknown[]>();
  /** Set: the pod never runs, and this is why. */
  waiting: { reason: string; message: string } | undefined;
  readonly #server: Server;
  #process: ChildProcess | undefined;
  #running = false;
  #uids = 0;

  private constructor() {
    mkdirSync(this.images);
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(([code, body]) => {
        response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
  }

  static async start(): Promise<WriterCluster> {
    const cluster = new WriterCluster();
    cluster.#server.listen(0, "127.0.0.1");
    await once(cluster.#server, "listening");
    const { port } = cluster.#server.address() as AddressInfo;
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "lab",
      contexts: [{ name: "lab", context: { cluster: "lab", user: "lab" } }],
      // The client speaks plain HTTP only to a cluster whose certificate it need not check.
      clusters: [
        { name: "lab", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
      ],
      users: [{ name: "lab", user: {} }],
    };
    writeFileSync(cluster.kubeconfig, JSON.stringify(config));
    return cluster;
  }

  async stop(): Promise<void> {
    await this.#endPod();
    this.#server.close();
    this.#server.closeAllConnections();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #answer(request: IncomingMessage): Promise<[number, object]> {
    const { pathname } = new URL(request.url ?? "/", "http://cluster");
    const custom = /^\/apis\/[^/]+\/[^/]+\/([^/]+)$/.exec(pathname)?.[1];
    if (custom !== undefined) {
      const items = this.custom.get(custom);
      return items === undefined ? notFound : [200, { items }];
    }
    const [, plural = "", name] =
      /^\/api\/v1\/namespaces\/edge-lab\/(\w+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (request.method === "POST") return this.#create(plural, JSON.parse(await text(request)) as FakeObject);
    const key = `${plural}/${name}`;
    const found = this.objects.get(key);
    if (found === undefined) return notFound;
    if (request.method === "DELETE") await this.#remove(key, found);
    return [200, plural === "pods" ? { ...found, status: this.#status() } : found];
  }

  #create(plural: string, object: FakeObject): [number, object] {
    const key = `${plural}/${object.metadata.name}`;
    if (this.objects.has(key)) return [409, { kind: "Status", message: `${key} already exists` }];
    this.#uids += 1;
    const made = { ...object, metadata: { ...object.metadata, uid: `uid-${this.#uids}` } };
    this.objects.set(key, made);
    this.#runPod();
    return [201, made];
  }

  /** What belongs to it goes with it, as the garbage collector does. */
  async #remove(key: string, object: FakeObject): Promise<void> {
    this.objects.delete(key);
    if (!key.startsWith("pods/")) return;
    await this.#endPod();
    for (const [other, { metadata }] of this.objects) {
      if (metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid))
        this.objects.delete(other);
    }
  }

  #runPod(): void {
    const [pod, configMap, secret] = ["pods", "configmaps", "secrets"].map((plural) =>
      this.objects.get(`${plural}/image-writer`),
    );
    const container = pod?.spec?.containers[0];
    if (this.#process || this.waiting || !container || !configMap || !secret) return;
    const mounts = { "/program": configMap.data, "/identity": secret.stringData };
    for (const [mount, files = {}] of Object.entries(mounts)) {
      mkdirSync(join(this.folder, mount), { recursive: true });
      for (const [file, content] of Object.entries(files))
        writeFileSync(join(this.folder, mount, file), content);
    }
    const args = container.args.map((argument) =>
      argument.startsWith("/")
        ? join(this.folder, argument)
        : `${argument}`.replace(/^0\.0\.0\.0:\d+$/, `127.0.0.1:${container.ports[0]?.hostPort}`),
    );
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = child;
    createInterface({ input: child.stdout }).once("line", () => {
      this.#running = true;
    });
  }

  async #endPod(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    this.#running = false;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  }

  #status(): object {
    const waiting = this.waiting ?? { reason: "ContainerCreating" };
    return {
      phase: this.#running ? "Running" : "Pending",
      conditions: [{ type: "Ready", status: this.#running ? "True" : "False" }],
      containerStatuses: [{ state: this.#running ? { running: {} } : { waiting } }],
    };
  }
}

const notFound: [number, object] = [404, { kind: "Status", reason: "NotFound", message: "not found" }];
