import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import type { ResolvedTool } from "../../tools/resolution.ts";
import { toolsPath } from "../../tools/resolver.ts";
import type { PreviewContext } from "./comment.ts";
import { engineEvents } from "./engine-event.ts";
import { keptKubeconfig } from "./kept-kubeconfig.ts";
import { backendState, type KnownState, knownState } from "./known-state.ts";
import { plainLogins } from "./plain-logins.ts";
import { type Plan, planOf } from "./plan.ts";
import { PreviewError } from "./preview-error.ts";
import { PulumiRunner } from "./pulumi-runner.ts";
import { placeholder, stackCopy } from "./stack-copy.ts";

export interface PreviewWish {
  readonly projectFolder: string;
  readonly stack: string;
  /** The stack's file. */
  readonly configFile: string;
  /** A file that pulumi stack export wrote. */
  readonly stateFile?: string | undefined;
  readonly tools: readonly ResolvedTool[];
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

export interface Preview {
  readonly plan: Plan;
  readonly context: PreviewContext;
}

/**
 * A preview of a stack with all policies. It works on a copy: of the state, in a backend of its own that goes with it, and of the
 * stack file. So nothing that is shared is locked or written, and what a runner does not have (the cluster, the state, the
 * passphrase) is named in place of failing.
 *
 * @throws PreviewError when there can be none.
 */
export async function preview(wish: PreviewWish): Promise<Preview> {
  const work = mkdtempSync(join(tmpdir(), "edge-lab-preview-"));
  try {
    return await previewIn(work, wish);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function previewIn(work: string, wish: PreviewWish): Promise<Preview> {
  const { projectFolder, configFile, environment, say } = wish;
  const stack = wish.stack.slice(wish.stack.lastIndexOf("/") + 1);
  const path = [languageHost(work, wish.tools), toolsPath(wish.tools), environment.PATH ?? ""]
    .filter(Boolean)
    .join(delimiter);
  const state = await stateOf(wish, new PulumiRunner(projectFolder, { PATH: path }));
  say(state === undefined ? "no state: all is new" : `compared with ${state.from}`);

  const original = readFileSync(configFile, "utf8");
  const passphrase = environment.PULUMI_CONFIG_PASSPHRASE ?? environment.PULUMI_CONFIG_PASSPHRASE_FILE;
  const ownProvider = /^secretsprovider:/m.test(original);
  const hasSecrets = stackCopy(original, { withoutSecrets: true }).placeholders.length > 0;
  const readable = !hasSecrets || passphrase !== undefined || (ownProvider && state !== undefined);
  if (state?.hasSecrets === true && passphrase === undefined && !ownProvider) {
    throw new PreviewError(
      "the state holds encrypted values. Fix: export PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, as for pulumi up",
    );
  }
  const kubeconfig = keptKubeconfig(declaredKubeconfig(original), state?.kubeconfig);
  const copy = stackCopy(original, { kubeconfig, withoutSecrets: !readable });
  const copied = join(work, basename(configFile));
  writeFileSync(copied, copy.text, { mode: 0o600 });

  mkdirSync(join(work, "home"));
  mkdirSync(join(work, "state"));
  // Without a folder for them Pulumi keeps no logs, which are 40 MB for each command.
  writeFileSync(join(work, "home", "logs"), "");
  const pulumi = new PulumiRunner(projectFolder, {
    PATH: path,
    PULUMI_HOME: join(work, "home"),
    PULUMI_BACKEND_URL: `file://${join(work, "state")}`,
    // Of options, the log of events is one that is shown only so.
    PULUMI_DEBUG_COMMANDS: "true",
    ...(readable && passphrase !== undefined
      ? {}
      : {
          PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
          PULUMI_CONFIG_PASSPHRASE_FILE: "",
        }),
  });
  await makeStack(pulumi, stack, projectFolder);
  const where = ["--stack", stack, "--config-file", copied];
  if (copy.placeholders.length > 0) {
    const set = copy.placeholders.flatMap((one) => ["--secret", `${one}=${placeholder}`]);
    await pulumi.output(["config", "set-all", ...where, "--path", ...set]);
  }
  if (state !== undefined) {
    const file = join(work, "exported.json");
    writeFileSync(file, state.text, { mode: 0o600 });
    await pulumi.output(["stack", "import", "--stack", stack, "--file", file]);
  }

  const log = join(work, "events.json");
  const { code, stderr } = await pulumi.run(
    ["preview", ...where, "--policy-pack", join(projectFolder, "policy"), "--event-log", log],
    { echo: true },
  );
  const plan = withPlainLogins(planOf(engineEvents(readEvents(log, stderr))), original);
  const stopped = plan.findings.some(({ stops }) => stops);
  return {
    plan,
    context: {
      stack: wish.stack,
      state: state?.from,
      blind: readable
        ? []
        : [
            `Secrets: nobody gave their key, so that placeholders stand for ${copy.placeholders.length} of them.`,
          ],
      failed: code !== 0 && !stopped,
    },
  };
}

async function stateOf(wish: PreviewWish, pulumi: PulumiRunner): Promise<KnownState | undefined> {
  const stack = wish.stack.slice(wish.stack.lastIndexOf("/") + 1);
  if (wish.stateFile !== undefined) {
    const text = readFileSync(wish.stateFile, "utf8");
    return knownState(text, stack, `the state in ${basename(wish.stateFile)}`);
  }
  const { PULUMI_BACKEND_URL: url, PULUMI_ACCESS_TOKEN: token } = wish.environment;
  return backendState(pulumi, wish.stack, Boolean(url) || Boolean(token));
}

/** `stack init` writes a salt into Pulumi.<stack>.yaml whatever file the stack has: that file is left as it was. */
async function makeStack(pulumi: PulumiRunner, stack: string, projectFolder: string): Promise<void> {
  const file = join(projectFolder, `Pulumi.${stack}.yaml`);
  const before = contentOf(file);
  try {
    await pulumi.output(["stack", "init", stack]);
  } finally {
    if (before === undefined) rmSync(file, { force: true });
    else if (contentOf(file) !== before) writeFileSync(file, before);
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * A language host as old as the one that can be built gets its options as flags only, and would compile the whole program; a
 * released one knows no such flag and reads Pulumi.yaml.
 */
function languageHost(work: string, tools: readonly ResolvedTool[]): string {
  const host = tools.find(({ name }) => name === "pulumi-language-nodejs");
  if (host?.source !== "build") return "";
  const folder = join(work, "bin");
  const script = join(folder, "pulumi-language-nodejs");
  mkdirSync(folder);
  writeFileSync(script, `#!/bin/sh\nexec '${host.path.replaceAll("'", "'\\''")}' -typescript=false "$@"\n`);
  chmodSync(script, 0o755);
  return folder;
}

function readEvents(log: string, stderr: string): string {
  const text = contentOf(log);
  if (text === undefined) throw new PreviewError(`pulumi preview did not begin: ${stderr}`);
  return text;
}

function declaredKubeconfig(stackFile: string): string {
  return /^\s+kubeconfig:\s*["']?([^"'#\s]+)/m.exec(stackFile)?.[1] ?? "~/.kube/config";
}

/** The program sees whether anything of the logins is encrypted; the file shows which are not. */
function withPlainLogins(plan: Plan, stackFile: string): Plan {
  const found = plainLogins(stackFile).map((path) => ({
    policy: "no-plain-credentials",
    stops: true,
    resource: "stack file",
    message: `${path} stands in the clear in the stack file. Fix: set logins by \`npm run init\``,
  }));
  const known = plan.findings.some(
    ({ policy, message }) => policy === "no-plain-credentials" && /stack file/.test(message),
  );
  return known ? plan : { ...plan, findings: [...found, ...plan.findings] };
}
