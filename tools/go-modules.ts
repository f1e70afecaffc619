import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import semver from "semver";
import { ToolError } from "./tool-error.ts";

const folderOfThisFile = dirname(fileURLToPath(import.meta.url));

/** Static, reproducible binaries; the same for every call, so that Go's own build cache is shared between them. */
const buildEnvironment = { CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false -trimpath -mod=readonly" } as const;

/** Before this version `go` cannot fetch the newer toolchain that a go.mod asks for. */
const oldestUsableGo = "1.21.0";

export interface GoRun {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMilliseconds: number;
  /** One line of what go prints on standard error: a package compiled, a module downloaded. */
  readonly onLine?: ((line: string) => void) | undefined;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * One pinned Go module folder, `tools/go/<name>`: its go.mod and complete go.sum pin what is downloaded and built.
 *
 * With a complete go.sum nothing is asked of the checksum database; a mirror is set with GOPROXY as usual.
 */
export class GoModules {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** @param options.parent the folder that holds the module folders. */
  constructor(
    name: string,
    options: { readonly parent?: string | undefined; readonly environment?: NodeJS.ProcessEnv } = {},
  ) {
    this.folder = join(options.parent ?? join(folderOfThisFile, "go"), name);
    this.#environment = options.environment ?? process.env;
  }

  /** Changes whenever the pinned versions or hashes do. */
  get fingerprint(): string {
    const hash = createHash("sha256");
    for (const name of ["go.mod", "go.sum"]) {
      const file = join(this.folder, name);
      if (existsSync(file)) hash.update(readFileSync(file));
      hash.update("\0");
    }
    return hash.digest("hex");
  }

  /**
   * Downloads one module of go.mod (not the whole graph) and gives its read-only folder in Go's module cache.
   * @throws ToolError no-go, no-network (Go's own words are in the message), interrupted.
   */
  async moduleFolder(path: string, run: GoRun): Promise<string> {
    const output = await this.run(["mod", "download", "-json", path], run);
    const { Dir } = JSON.parse(output) as { Dir?: string };
    if (Dir === undefined) {
      throw new ToolError("build-failed", `go mod download -json ${path} named no folder`, "");
    }
    return Dir;
  }

  /** `path@version` as pinned in go.mod. */
  pinned(path: string): string {
    const text = readFileSync(join(this.folder, "go.mod"), "utf8");
    const version = text.split("\n").flatMap((line) => {
      const [module, version] = line.replace(/^\s*(require\s)?\s*/, "").split(" ");
      return module === path && version !== undefined ? [version] : [];
    })[0];
    if (version === undefined) {
      throw new ToolError(
        "build-failed",
        `${path} is not in ${join(this.folder, "go.mod")}`,
        "Add it there.",
      );
    }
    return `${path}@${version}`;
  }

  /**
   * Runs `go` in the module folder (or in `cwd`) with the build environment and gives its standard output.
   * @throws ToolError no-go, no-network, build-failed, interrupted.
   */
  async run(args: readonly string[], run: GoRun, cwd: string = this.folder): Promise<string> {
    const lines: string[] = [];
    const child = execa("go", args, {
      cwd,
      env: { ...this.#environment, ...buildEnvironment, ...run.environment },
      extendEnv: false,
      stdin: "ignore",
      timeout: run.timeoutMilliseconds,
      // go ends its compilers itself when it is interrupted.
      killSignal: "SIGINT",
      forceKillAfterDelay: 5_000,
      ...(run.signal === undefined ? {} : { cancelSignal: run.signal }),
      reject: false,
    });
    for await (const line of child.iterable({ from: "stderr" })) {
      lines.push(line);
      if (lines.length > 40) lines.shift();
      run.onLine?.(line);
    }
    const result = await child;
    if (!result.failed) return result.stdout;
    if (result.isCanceled) throw interrupted(args);
    if (result.code === "ENOENT") throw noGo("there is no `go` on PATH", this.goDirective);
    if (result.timedOut) {
      throw new ToolError(
        "build-failed",
        `go ${args[0]} in ${this.folder} did not end within ${run.timeoutMilliseconds / 60_000} minutes`,
        "Run the same command again: what go has built so far is kept in its cache.",
        { retryable: true },
      );
    }
    throw failure(args, this.folder, lines);
  }

  /** The oldest Go that these modules build with, as go.mod says. */
  get goDirective(): string {
    const text = readFileSync(join(this.folder, "go.mod"), "utf8");
    return /^go (\S+)$/m.exec(text)?.[1] ?? "1.21";
  }

  /**
   * Checks that a `go` which can build these modules is there, before any long step begins.
   * @throws ToolError no-go.
   */
  async requireGo(run: GoRun): Promise<void> {
    const output = await this.run(["env", "GOVERSION", "GOTOOLCHAIN"], run, dirname(this.folder));
    const [version = "", toolchain = ""] = output.split("\n");
    const have = semver.coerce(version) ?? "0.0.0";
    const fetchesNewer = toolchain !== "local" && semver.gte(have, oldestUsableGo);
    if (!fetchesNewer && semver.lt(have, semver.coerce(this.goDirective) ?? oldestUsableGo)) {
      throw noGo(`go on PATH is ${version}`, this.goDirective);
    }
  }
}

function noGo(what: string, needed: string): ToolError {
  return new ToolError(
    "no-go",
    `${what}, and this can only be built here with Go ${needed} or newer`,
    "Install Go from https://go.dev/dl/ (or your distribution), or put the tool itself on PATH; then run again.",
  );
}

function interrupted(args: readonly string[]): ToolError {
  return new ToolError(
    "interrupted",
    `go ${args[0]} was interrupted`,
    "Running the same command again resumes.",
  );
}

function failure(args: readonly string[], folder: string, lines: readonly string[]): ToolError {
  const text = lines.filter((line) => line !== "").slice(-15);
  const what = `go ${args[0]} failed in ${folder}:\n${text.map((line) => `    ${line}`).join("\n")}`;
  const joined = text.join("\n");
  if (/no space left on device/.test(joined)) {
    return new ToolError(
      "disk-full",
      what,
      "Free some disk space (`go clean -cache` frees Go's), then run again.",
    );
  }
  if (/dial tcp|i\/o timeout|no such host|proxyconnect|connection refused|TLS handshake/.test(joined)) {
    return new ToolError(
      "no-network",
      what,
      "Go modules come from GOPROXY (Go's public proxy unless set). Check the network or set GOPROXY to a mirror, then run again.",
      { retryable: true },
    );
  }
  return new ToolError("build-failed", what, "Running the same command again continues where it ended.");
}
