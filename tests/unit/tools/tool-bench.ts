import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PublicFile, type ToolName, type ToolRecord, tools } from "../../../components/versions.ts";
import { CacheFolder } from "../../../tools/cache-folder.ts";
import { currentPlatform } from "../../../tools/current-platform.ts";
import type { ResolveOptions } from "../../../tools/resolver.ts";

/** A machine to find tools on: an empty PATH, an empty cache, a download host of our own, a `go` that only pretends. */
export class ToolBench {
  readonly folder = mkdtempSync(join(tmpdir(), "edge-lab-tools-"));
  readonly bin = join(this.folder, "bin");
  readonly goFolder = join(this.folder, "go");
  readonly cache = new CacheFolder(join(this.folder, "cache"));
  /** Paths that the download host was asked for, in order. */
  readonly requests: string[] = [];
  /** Answers by path; set it to a function for anything but "200 and this content". */
  readonly files = new Map<string, Buffer | ((request: IncomingMessage, response: ServerResponse) => void)>();
  readonly records: Record<ToolName, ToolRecord> = { ...tools };
  readonly environment: NodeJS.ProcessEnv = { PATH: this.bin, EDGE_LAB_DISK_CHECK: "off" };
  readonly #server: Server;

  constructor() {
    mkdirSync(this.bin);
    this.#server = createServer((request, response) => {
      const path = request.url ?? "";
      if (request.method !== "HEAD") this.requests.push(path);
      const answer = this.files.get(path);
      if (typeof answer === "function") answer(request, response);
      else response.writeHead(answer === undefined ? 404 : 200).end(answer);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }

  get options(): ResolveOptions {
    const { cache, environment, records, goFolder } = this;
    return { cache, environment, records, goFolder, renderer: "silent" };
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  /** Puts an executable on PATH that prints a line. */
  executable(name: string, output: string, folder = this.bin): string {
    const file = join(folder, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `#!${process.execPath}\nconsole.log(${JSON.stringify(output)})\n`, { mode: 0o755 });
    return file;
  }

  /** Makes the download host offer a file for a tool. @param sha256 what the table of versions claims. */
  offer(names: readonly ToolName[], path: string, content: Buffer, sha256 = sha256Of(content)): void {
    this.files.set(path, content);
    for (const name of names) {
      const file: PublicFile = { key: `bench${path}`, url: this.url(path), sha256 };
      this.records[name] = { ...tools[name], files: { [currentPlatform()]: file } };
    }
  }

  /**
   * Puts a `go` on PATH that writes down its arguments (and GOPROXY) and makes the files that it is asked for. While the file
   * `hang` exists in the bench's folder, a build says so in `hanging` and then waits to be interrupted.
   */
  fakeGo(version = "go1.99.0"): void {
    const script = `#!${process.execPath}
      const fs = require("node:fs"), path = require("node:path");
      const folder = ${JSON.stringify(this.folder)}, args = process.argv.slice(2);
      if (args[0] === "env") return console.log(${JSON.stringify(`${version}\nlocal`)});
      fs.appendFileSync(path.join(folder, "go.log"), args.join(" ") + " GOPROXY=" + (process.env.GOPROXY ?? "") + "\\n");
      const output = args[args.indexOf("-o") + 1], packages = args.slice(args.indexOf("-ldflags") + 2);
      for (const one of packages) console.error(one);
      if (fs.existsSync(path.join(folder, "fail"))) {
        console.error("main.go:1: this does not compile");
        process.exit(1);
      }
      if (fs.existsSync(path.join(folder, "hang"))) {
        fs.writeFileSync(path.join(folder, "hanging"), String(process.pid));
        process.on("SIGINT", () => process.exit(1));
        return setInterval(() => undefined, 1000);
      }
      const names = output.endsWith("/") ? packages.map((one) => output + path.basename(one)) : [output];
      for (const name of names) fs.writeFileSync(name, "built");
    `;
    // A wrapper makes the top-level returns legal.
    const [first, ...rest] = script.split("\n");
    writeFileSync(join(this.bin, "go"), `${first}\n(() => {${rest.join("\n")}})()\n`, { mode: 0o755 });
  }

  /** A Go module folder whose content decides whether a build is needed again. */
  goModules(name: string, sum = "first"): void {
    const folder = join(this.goFolder, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "go.mod"), `module bench/${name}\n\ngo 1.26\n`);
    writeFileSync(join(folder, "go.sum"), `${sum}\n`);
  }

  /** The build commands that `go` was given. */
  get builds(): string[] {
    const log = join(this.folder, "go.log");
    return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  }

  /** Unfinished work and locks that were left behind. */
  get leftovers(): string[] {
    return ["scratch", "locks"].flatMap((name) => {
      const folder = join(this.cache.root, name);
      return existsSync(folder) ? readdirSync(folder) : [];
    });
  }
}

export const sha256Of = (content: Buffer): string => createHash("sha256").update(content).digest("hex");
