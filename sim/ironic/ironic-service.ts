import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { dirname, join } from "node:path";
import type { ProcessTable } from "../processes/process-table.ts";
import {
  extraConfigEnvironment,
  type IronicConfigurationOptions,
  ironicConfiguration,
  ironicFiles,
  ironicFolders,
} from "./ironic-configuration.ts";

/** An Ironic resource and what it names, resolved. Texts are PEM. */
export interface IronicDeclaration {
  readonly address: string;
  readonly apiPort: number;
  readonly filesPort: number;
  readonly username: string;
  readonly password: string;
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly bmcAuthority?: string;
  readonly extraConfig: readonly { readonly group?: string; readonly name: string; readonly value: string }[];
}

export interface IronicServiceOptions {
  /** Where this Ironic keeps its files; secrets among them, so it is made for the owner alone. */
  readonly folder: string;
  /** `bin` of the Python environment that holds Ironic. */
  readonly python: string;
  readonly projectDir: string;
  readonly table: ProcessTable;
  /** As in a ProcessSpec: runs Ironic and its file server elsewhere than here, such as in another network. */
  readonly wrapper?: readonly string[];
}

/** Names in the process table. */
export const IRONIC = "ironic";
export const IRONIC_FILES = "ironic-files";

const ANSWER_MS = 5_000;
const HASH_MS = 30_000;
/** openstacksdk (baremetal/configdrive.py) takes the first, Ironic itself (conductor/configdrive_utils.py) the second. */
const ISO_MAKERS = ["genisoimage", "mkisofs"] as const;
/** Large enough for a download to be one, small enough to cost nothing. */
const BOOT_FILE_BYTES = 64 * 1024;

/** What Python libraries take from the environment and would follow on the loopback network too. */
const NOT_FOR_IRONIC = [
  "http_proxy",
  "https_proxy",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
];

/**
 * The real Ironic (from PyPI) as one process, with a file server beside it for what machines boot. Every start begins
 * with an empty database, as an Ironic without an external database does in a lab: its pod keeps SQLite in an emptyDir.
 */
export class IronicService {
  readonly #options: IronicServiceOptions;

  constructor(options: IronicServiceOptions) {
    this.#options = options;
  }

  /** Makes Ironic run as declared; another declaration means another process. Returns whether it had to be started. */
  async ensure(declaration: IronicDeclaration): Promise<boolean> {
    const { folder, python, projectDir, table, wrapper } = this.#options;
    const around = wrapper ? { wrapper } : {};
    const { address, apiPort, filesPort, tls, bmcAuthority, extraConfig } = declaration;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of ironicFolders) mkdirSync(join(folder, name), { recursive: true });
    for (const name of [ironicFiles.kernel, ironicFiles.ramdisk]) this.#bootFile(name);
    const options: IronicConfigurationOptions = {
      folder,
      address,
      apiPort,
      filesPort,
      tls: tls !== undefined,
      bmcAuthority: bmcAuthority !== undefined,
    };
    const configuration = ironicConfiguration(options);
    this.#write(ironicFiles.configuration, configuration);
    this.#write(ironicFiles.certificate, tls?.certificate);
    this.#write(ironicFiles.key, tls?.key);
    this.#write(ironicFiles.bmcAuthority, bmcAuthority);
    const login = await this.#writeUsers(declaration);
    const files = await table.ensure({
      name: IRONIC_FILES,
      command: process.execPath,
      args: [
        join(projectDir, "sim", "file-server", "main.ts"),
        "--root",
        join(folder, ironicFiles.httpRoot),
        "--listen",
        `${address}:${filesPort}`,
      ],
      cwd: projectDir,
      ...around,
    });
    const ironic = await table.ensure({
      name: IRONIC,
      command: "/bin/sh",
      args: [
        "-c",
        'rm -f "$1" && "$2/ironic-dbsync" --config-file "$3" create_schema && exec "$2/ironic" --config-file "$3"',
        "ironic",
        join(folder, ironicFiles.database),
        python,
        join(folder, ironicFiles.configuration),
      ],
      cwd: folder,
      ...around,
      env: {
        ...Object.fromEntries(NOT_FOR_IRONIC.map((name) => [name, ""])),
        ...extraConfigEnvironment(extraConfig),
        PYTHONPATH: join(projectDir, "sim", "ironic", "python"),
        PATH: `${this.#isoMakers()}:${python}:${process.env.PATH ?? ""}`,
      },
      revision: [configuration, login, digest(tls?.certificate ?? ""), digest(bmcAuthority ?? "")].join("\n"),
      graceMs: 20_000,
    });
    return files.started || ironic.started;
  }

  /**
   * Asks the API with the declared login. Resolves with undefined when it answers as it should, with what is wrong
   * otherwise; never rejects.
   */
  async problem(declaration: IronicDeclaration): Promise<string | undefined> {
    if (!this.#options.table.running(IRONIC)) {
      return `ironic has ended:\n${this.#options.table.tail(IRONIC, 5)}`;
    }
    try {
      const status = await statusOf(declaration);
      return status === 200 ? undefined : `ironic's API answers ${status} to its own login`;
    } catch (error) {
      return `ironic's API does not answer yet: ${(error as Error).message}`;
    }
  }

  /** Ends Ironic and its file server and removes their files. */
  async remove(): Promise<void> {
    await this.#options.table.stop(IRONIC);
    await this.#options.table.stop(IRONIC_FILES);
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  /** The deploy agent's kernel and ramdisk: machines download them for real; what they do then is simulated. */
  #bootFile(name: string): void {
    const file = join(this.#options.folder, name);
    if (existsSync(file)) return;
    const head = `edge-lab simulated ${name}\n`;
    writeFileSync(file, Buffer.concat([Buffer.from(head), Buffer.alloc(BOOT_FILE_BYTES - head.length)]));
  }

  /**
   * What Ironic makes config drives with, under the names that it calls: the maker that comes with its own libraries, so
   * that nothing has to be installed. Returns the folder.
   */
  #isoMakers(): string {
    const { folder, python } = this.#options;
    const bin = join(folder, "bin");
    mkdirSync(bin, { recursive: true });
    const script = `#!/bin/sh\nexec '${join(python, "python")}' '${join(python, "pycdlib-genisoimage")}' "$@"\n`;
    for (const name of ISO_MAKERS) {
      this.#write(join("bin", name), script);
      chmodSync(join(bin, name), 0o700);
    }
    return bin;
  }

  /** By a rename and only when it differs, for the owner alone; no text: no file. */
  #write(name: string, text: string | undefined): void {
    const file = join(this.#options.folder, name);
    if (text === undefined) {
      rmSync(file, { force: true });
      return;
    }
    if (existsSync(file) && readFileSync(file, "utf8") === text) return;
    const draft = join(dirname(file), `.${process.pid}.draft`);
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, file);
  }

  /** The htpasswd file (bcrypt, the only kind Ironic takes). Returns a text that changes with the login. */
  async #writeUsers({ username, password }: IronicDeclaration): Promise<string> {
    const salted = digest(`${username}\n${password}`);
    const marker = join(this.#options.folder, "login.sha256");
    const users = join(this.#options.folder, ironicFiles.users);
    const same = existsSync(marker) && existsSync(users) && readFileSync(marker, "utf8") === salted;
    if (!same) {
      const hash = await bcrypt(join(this.#options.python, "python"), password);
      this.#write(ironicFiles.users, `${username}:${hash}\n`);
      this.#write("login.sha256", salted);
    }
    return salted;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** By the library that Ironic itself checks with; the password goes in by standard input. */
function bcrypt(python: string, password: string): Promise<string> {
  const script =
    "import sys, bcrypt; print(bcrypt.hashpw(sys.stdin.buffer.read(), bcrypt.gensalt(10)).decode())";
  return new Promise<string>((resolve, reject) => {
    const child = execFile(python, ["-c", script], { timeout: HASH_MS }, (error, stdout) => {
      if (error) reject(new Error(`${python} could not hash Ironic's password (exit code ${error.code})`));
      else resolve(stdout.trim());
    });
    child.stdin?.on("error", () => undefined); // told by the exit code
    child.stdin?.end(password);
  });
}

/** The status of GET /v1/nodes, which asks for a login where /v1 does not. */
function statusOf({ address, apiPort, username, password, tls }: IronicDeclaration): Promise<number> {
  const options = {
    host: address,
    port: apiPort,
    path: "/v1/nodes?limit=1",
    auth: `${username}:${password}`,
    timeout: ANSWER_MS,
  };
  return new Promise<number>((resolve, reject) => {
    // What is asked here is whether Ironic runs; whether its certificate is the declared one, its clients find out.
    const request = tls
      ? httpsRequest({ ...options, rejectUnauthorized: false, agent: false })
      : httpRequest({ ...options, agent: false });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${ANSWER_MS / 1_000} s`)));
    request.on("error", reject);
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.end();
  });
}
