import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
// Not config/index.ts: it brings the Pulumi SDK along, which costs every command half a second.
import type { LabConfig } from "../../components/config/lab.ts";
import { readLabConfig } from "../../components/config/parse-lab-config.ts";
import { project } from "../../components/config/project.ts";
import { kubeconfigPath } from "../../components/config/resolve/kubeconfig-path.ts";
import { stackFileConfig } from "../../components/config/stack-file.ts";
import { PulumiCli } from "../pulumi-cli.ts";
import { chooseStack } from "./choose-stack.ts";
import { KubeApi } from "./kube-api.ts";
import { LabError } from "./lab-error.ts";

/** What every subcommand understands. */
export interface LabOptions {
  readonly stack?: string;
  readonly configFile?: string;
}

/** The lab that a command is about: its stack, what its file declares, and the way to its infra cluster. */
export class LabContext {
  /** The project's folder: what paths in the configuration are relative to. */
  readonly folder: string;
  readonly stack: string;
  /** Where the stack's file is when that is not where Pulumi looks by itself. */
  readonly configFile: string | undefined;
  /** As the stack file says, logins left out: they are encrypted there, and only `pulumi up` and `lab doctor` want them. */
  readonly config: LabConfig;
  readonly pulumi: PulumiCli;

  private constructor(
    folder: string,
    stack: string,
    configFile: string | undefined,
    config: LabConfig,
    pulumi: PulumiCli,
  ) {
    this.folder = folder;
    this.stack = stack;
    this.configFile = configFile;
    this.config = config;
    this.pulumi = pulumi;
  }

  /**
   * Works without Pulumi when the stack is named.
   * @throws LabError when it is not clear which stack is meant or it has no file; ConfigurationError for what is wrong in it.
   */
  static async open({ stack: asked, configFile }: LabOptions): Promise<LabContext> {
    const folder = projectFolder();
    const pulumi = new PulumiCli(folder, {});
    const stack = await chooseStack(folder, pulumi, asked ?? process.env.PULUMI_STACK);
    const file = resolve(folder, configFile ?? `Pulumi.${stack}.yaml`);
    if (!existsSync(file)) {
      throw new LabError(
        `stack ${stack} has no file ${file}`,
        "Name another stack (--stack), or its file (--config-file)",
      );
    }
    const { [`${project}:credentials`]: _, ...declared } = stackFileConfig(readFileSync(file, "utf8"));
    const { config } = readLabConfig(declared, { mode: "preview" });
    return new LabContext(folder, stack, configFile === undefined ? undefined : file, config, pulumi);
  }

  /** The stack's file as an absolute path. */
  get stackFile(): string {
    return this.configFile ?? join(this.folder, `Pulumi.${this.stack}.yaml`);
  }

  /** The infra cluster's kubeconfig as an absolute path. */
  get infraKubeconfig(): string {
    return kubeconfigPath(this.config, this.folder);
  }

  /** @throws LabError when the kubeconfig or the context in it is missing. */
  infra(): KubeApi {
    return KubeApi.fromFile(this.infraKubeconfig, this.config.infra.context);
  }
}

/** Where one stands if that is a Pulumi project, else the one that this command belongs to: `lab` works from anywhere. */
function projectFolder(): string {
  const here = process.cwd();
  const own = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  return existsSync(join(here, "Pulumi.yaml")) ? here : own;
}
