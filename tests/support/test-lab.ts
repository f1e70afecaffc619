import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import type { SimStatus } from "../../sim/commands/status.ts";
import { type DeviceReport, deviceControl } from "../../sim/lab/device-control.ts";
import { type SimSettings, simSettings } from "../../sim/settings.ts";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RedfishAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Which sim: everything that two sims on one machine must not share. */
export interface TestLabPlace {
  /** Of the state folder, the stack and the stack file, all below .edge-lab/. */
  readonly name: string;
  /** First of six TCP ports on 127.0.0.1. */
  readonly firstPort: number;
  /** The text of its stack file, for a kubeconfig at that path. */
  readonly stackFile: (projectDir: string, kubeconfig: string) => string;
  /** Leave the stack file as an earlier run left it, if there is one: its lab still runs. */
  readonly resume?: boolean;
}

/** How long one command may take, in milliseconds: the first may build the whole toolchain. */
const COMMAND_MS = 40 * 60_000;

/**
 * A sim of a test's own beside that of `npm start`, with a state folder, a stack, a network and ports of its own, driven
 * only by what a user has: the command line, `sim env`, the stack file, Redfish, and the devices' control socket.
 */
export class TestLab {
  readonly settings: SimSettings;
  #environment: Record<string, string> | undefined;
  readonly #running = new Set<ResultPromise>();

  constructor({ name, firstPort, stackFile, resume = false }: TestLabPlace) {
    const { projectDir } = simSettings();
    const stateDir = join(projectDir, ".edge-lab", name);
    const config = join(projectDir, ".edge-lab", `Pulumi.${name}.yaml`);
    this.settings = simSettings({ stateDir, stack: name, config, firstPort });
    mkdirSync(stateDir, { recursive: true });
    if (resume && existsSync(config)) return;
    writeFileSync(config, stackFile(projectDir, join(stateDir, "kubeconfig")));
  }

  /** `npm run sim -- …` for this sim. */
  sim(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
    return this.#run(process.execPath, [...this.simArguments(), ...args], env);
  }

  simArguments(): string[] {
    const { projectDir, stateDir, stack, configFile, firstPort } = this.settings;
    const where = ["--state-dir", stateDir, "--stack", stack, "--config", configFile];
    return [join(projectDir, "sim", "cli.ts"), ...where, "--first-port", String(firstPort)];
  }

  /** Plain `pulumi`, as after `eval "$(npm run -s sim -- env)"`. */
  async pulumi(
    command: string,
    args: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<Outcome> {
    const { stack, configFile } = this.settings;
    const where = ["--stack", stack, "--config-file", configFile, "--non-interactive", "--color", "never"];
    return this.#run("pulumi", [command, ...where, ...args], { ...(await this.environment()), ...env });
  }

  /** `pulumi stack output NAME`. @throws Error when there is none of that name. */
  output(name: string): Promise<string> {
    return this.#stack(["output", name]);
  }

  /** What `pulumi stack export` writes. @throws Error when it fails. */
  exportState(...args: readonly string[]): Promise<string> {
    return this.#stack(["export", ...args]);
  }

  /** Puts a state in the place of the stack's own. @throws Error when it fails. */
  async importState(state: string): Promise<void> {
    await this.#stack(["import"], state);
  }

  /** `lab …` for this lab, however it ends. */
  async labOutcome(...args: string[]): Promise<Outcome> {
    const { projectDir, stack, configFile } = this.settings;
    const script = join(projectDir, "cli", "lab.ts");
    const command = [script, "--stack", stack, "--config-file", configFile, ...args];
    return this.#run(process.execPath, command, await this.environment());
  }

  /** Plain `kubectl`; fails the test when it fails. */
  kubectl(...args: string[]): Promise<string> {
    return this.kubectlInput("", ...args);
  }

  /** `kubectl` with something on its standard input. */
  async kubectlInput(input: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#run("kubectl", args, await this.environment(), { input });
    if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
    return stdout;
  }

  /** One field of one object, by kubectl's jsonpath. */
  field(kind: string, name: string, path: string, namespace = "clusters"): Promise<string> {
    return this.kubectl("-n", namespace, "get", kind, name, "-o", `jsonpath={${path}}`);
  }

  /** What `sim env` exports, read back by a shell as a user's shell does. */
  async environment(): Promise<Record<string, string>> {
    if (this.#environment) return this.#environment;
    const exports = await this.sim(["env"]);
    if (exports.code !== 0) throw new Error(exports.stderr);
    const names = [...exports.stdout.matchAll(/^export (\w+)=/gm)].map(([, name]) => name ?? "");
    const script = `${exports.stdout}\nprintf '%s\\0' ${names.map((name) => `"$${name}"`).join(" ")}`;
    const values = (await execa("/bin/sh", ["-c", script])).stdout.split("\0");
    this.#environment = Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
    return this.#environment;
  }

  /** After the sim was begun anew, with another passphrase and other certificates. */
  protected forgetEnvironment(): void {
    this.#environment = undefined;
  }

  /** Ends the commands that run now, in order, as Ctrl-C would: they fail, and later ones can be given. */
  interrupt(): void {
    for (const command of this.#running) command.kill("SIGINT");
  }

  async status(): Promise<SimStatus> {
    return JSON.parse((await this.sim(["status", "--json"])).stdout) as SimStatus;
  }

  /** Changes the stack file as a user's editor would. */
  edit(change: (text: string) => string): void {
    const before = readFileSync(this.settings.configFile, "utf8");
    const after = change(before);
    if (after === before) throw new Error("the edit changed nothing");
    writeFileSync(this.settings.configFile, after);
  }

  /** Writes a file of the test's own into the lab's state folder and returns its path. */
  scratch(name: string, content: string): string {
    const path = join(this.settings.stateDir, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  device(name: string): Promise<DeviceReport> {
    return deviceControl<DeviceReport>(this.settings, "GET", `/devices/${name}`);
  }

  /** The machine's power button, or the button on its plug. */
  press(name: string): Promise<unknown> {
    return deviceControl(this.settings, "POST", `/devices/${name}/button`);
  }

  resetCounters(): Promise<unknown> {
    return deviceControl(this.settings, "POST", "/counters/reset");
  }

  /** A Redfish request over TLS, trusting nothing but the lab's own authority. */
  async redfish(
    method: string,
    path: string,
    options: { readonly login?: boolean; readonly body?: unknown } = {},
  ): Promise<RedfishAnswer> {
    const env = await this.environment();
    const login = options.login === false ? {} : { auth: `${env.REDFISH_USER}:${env.REDFISH_PASSWORD}` };
    const ca = readFileSync(env.REDFISH_CACERT ?? "");
    return new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json" };
      const sent = request(
        `${env.REDFISH_URL}${path}`,
        { method, ca, agent: false, headers, ...login },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            resolve({
              status: response.statusCode ?? 0,
              body: text ? (JSON.parse(text) as RedfishAnswer["body"]) : {},
            });
          });
        },
      );
      sent.on("error", reject);
      sent.end(options.body === undefined ? undefined : JSON.stringify(options.body));
    });
  }

  async #stack(args: readonly string[], input?: string): Promise<string> {
    const command = ["stack", ...args, "--stack", this.settings.stack, "--non-interactive"];
    const options = input === undefined ? {} : { input };
    const { code, stdout, stderr } = await this.#run("pulumi", command, await this.environment(), options);
    if (code !== 0) throw new Error(`pulumi stack ${args.join(" ")}: ${stderr}`);
    return stdout;
  }

  async #run(
    command: string,
    args: readonly string[],
    env: Record<string, string>,
    options: { readonly input?: string } = {},
  ): Promise<Outcome> {
    const running = execa(command, args, {
      cwd: this.settings.projectDir,
      env,
      reject: false,
      input: options.input ?? "",
      maxBuffer: 64 * 1024 * 1024,
      timeout: COMMAND_MS,
    });
    this.#running.add(running);
    const result = await running.finally(() => this.#running.delete(running));
    if (result.timedOut) {
      const what = [command, ...args].join(" ");
      throw new Error(
        `${what}: not done after ${COMMAND_MS / 60_000} minutes\n${result.stdout}\n${result.stderr}`,
      );
    }
    return { code: result.exitCode ?? 255, stdout: result.stdout, stderr: result.stderr };
  }
}
