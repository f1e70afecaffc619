import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { parse, stringify } from "yaml";

export interface Run {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

type Config = Record<string, unknown>;

export const repository = fileURLToPath(new URL("../../../../..", import.meta.url));

/** A folder with a Pulumi project, a stack `test` like the sim's, and a fake pulumi on PATH; `lab` runs in it. */
export class LabProject {
  readonly folder = mkdtempSync(join(tmpdir(), "edge-lab-lab-"));
  readonly config: Config;

  constructor() {
    const sim = readFileSync(join(repository, "Pulumi.sim.yaml"), "utf8");
    // Addresses that no sim listens on, and hosts by the names of the test emulator's machines.
    const own = sim
      .replaceAll("127.20.0.", "127.31.9.")
      .replaceAll("m920q-1", "node-1")
      .replaceAll("optiplex-1", "node-2");
    this.config = (parse(own) as { config: Config }).config;
    this.set("infra", { ...(this.config["edge-lab:infra"] as Config), kubeconfig: "./kubeconfig" });
    this.write("Pulumi.yaml", "name: edge-lab\nruntime: nodejs\n");
    const script = `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, "fake-pulumi.ts")}" "$@"\n`;
    this.write("pulumi", script);
    chmodSync(join(this.folder, "pulumi"), 0o755);
    this.write("stacks.json", JSON.stringify([{ name: "test", current: true }]));
  }

  /** Declares another `edge-lab:<field>`, for file and pulumi alike. */
  set(field: string, value: unknown): void {
    this.config[`edge-lab:${field}`] = value;
    this.write("Pulumi.test.yaml", stringify({ config: this.config }));
    const values = Object.entries(this.config).map(([key, one]) => {
      const text = typeof one === "string" ? one : JSON.stringify(one);
      return [key, { value: text, secret: false }];
    });
    this.write("config.json", JSON.stringify(Object.fromEntries(values)));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs `lab` in the folder, to its end. */
  async lab(...args: string[]): Promise<Run> {
    const { exitCode, stdout, stderr } = await this.start(args);
    return { exitCode, stdout, stderr };
  }

  start(args: readonly string[]) {
    const { PULUMI_STACK: _, ...inherited } = process.env;
    return execa(process.execPath, [join(repository, "cli/lab.ts"), ...args], {
      cwd: this.folder,
      extendEnv: false,
      env: {
        ...inherited,
        PATH: `${this.folder}${delimiter}${process.env.PATH}`,
        FAKE_PULUMI: this.folder,
      },
      stripFinalNewline: false,
      reject: false,
    });
  }
}
