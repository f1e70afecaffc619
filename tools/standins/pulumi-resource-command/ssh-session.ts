import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const host = z.object({
  host: z.string().min(1),
  port: z.number().int().default(22),
  user: z.string().default("root"),
  password: z.string().optional(),
  privateKey: z.string().optional(),
  privateKeyPassword: z.string().optional(),
  hostKey: z.string().optional(),
  agentSocketPath: z.string().optional(),
  /** -1 = without limit. */
  dialErrorLimit: z.number().int().default(10),
  /** Seconds; 0 = none. */
  perDialTimeout: z.number().int().default(15),
});
type Host = z.infer<typeof host>;

/** The `connection` input of the remote resources. */
export const connection = host.extend({ proxy: host.optional() });
export type Connection = z.infer<typeof connection>;

/** What an ssh or scp process needs to reach the host of a connection. */
export interface SshAccess {
  /** Arguments that go first. */
  readonly options: readonly string[];
  /** The name under which the configuration knows the host. */
  readonly host: string;
  readonly environment: Readonly<Record<string, string>>;
}

const target = "target";
const jump = "jump";

/**
 * Lends `work` the access that OpenSSH's clients need for a connection. Keys and settings are files in a private folder
 * that is removed afterwards; passwords reach ssh through its askpass program and the environment. Nothing secret is
 * in an argument, where every user of the machine could read it.
 *
 * A host key that is not given is not checked, as in the real provider.
 */
export async function withSshAccess<T>(
  { proxy, ...last }: Connection,
  forward: readonly string[],
  work: (access: SshAccess) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "edge-lab-ssh-"));
  try {
    const blocks = [hostBlock(folder, target, last, proxy === undefined ? undefined : jump, forward)];
    if (proxy !== undefined) blocks.push(hostBlock(folder, jump, proxy, undefined, []));
    const config = join(folder, "config");
    writeFileSync(config, blocks.join("\n"), { mode: 0o600 });
    const askpass = join(folder, "askpass");
    writeFileSync(askpass, askpassScript(folder), { mode: 0o700 });
    const agent = last.agentSocketPath ?? proxy?.agentSocketPath;
    return await work({
      options: ["-F", config],
      host: target,
      environment: {
        SSH_ASKPASS: askpass,
        SSH_ASKPASS_REQUIRE: "force",
        ...(agent === undefined ? {} : { SSH_AUTH_SOCK: agent }),
        ...secrets(target, last),
        ...(proxy === undefined ? {} : secrets(jump, proxy)),
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** ssh_config(5). */
function hostBlock(
  folder: string,
  alias: string,
  { host: name, port, user, privateKey, hostKey, dialErrorLimit, perDialTimeout }: Host,
  through: string | undefined,
  forward: readonly string[],
): string {
  const lines = [
    `Host ${alias}`,
    `HostName ${name}`,
    `Port ${port}`,
    `User ${user}`,
    `HostKeyAlias ${alias}`,
  ];
  lines.push(`ConnectionAttempts ${dialErrorLimit < 0 ? 2_147_483_647 : Math.max(1, dialErrorLimit)}`);
  lines.push(`ConnectTimeout ${perDialTimeout === 0 ? "none" : perDialTimeout}`, "NumberOfPasswordPrompts 1");
  if (privateKey !== undefined) {
    const file = join(folder, `key-${alias}`);
    // OpenSSH refuses a key whose last line is not ended.
    writeFileSync(file, privateKey.endsWith("\n") ? privateKey : `${privateKey}\n`, { mode: 0o600 });
    lines.push(`IdentityFile ${file}`, "IdentitiesOnly yes");
  }
  if (hostKey === undefined) {
    lines.push("StrictHostKeyChecking no", "UserKnownHostsFile /dev/null", "LogLevel ERROR");
  } else {
    const file = join(folder, `known-hosts-${alias}`);
    writeFileSync(file, `${alias} ${hostKey}\n`, { mode: 0o600 });
    lines.push("StrictHostKeyChecking yes", `UserKnownHostsFile ${file}`);
  }
  if (through !== undefined) lines.push(`ProxyJump ${through}`);
  if (forward.length > 0) lines.push(`SendEnv ${forward.join(" ")}`);
  return `${lines.join("\n  ")}\n`;
}

/** Answers ssh's question, which names the key file or, as `user@alias`, the HostKeyAlias. */
function askpassScript(folder: string): string {
  const answer = (name: string) => `printf '%s\\n' "$${name}"`;
  return [
    "#!/bin/sh",
    'case "$1" in',
    `*${folder}/key-${jump}*) ${answer("EDGE_LAB_SSH_KEY_JUMP")} ;;`,
    `*${folder}/key-*) ${answer("EDGE_LAB_SSH_KEY_TARGET")} ;;`,
    `*@${jump}*) ${answer("EDGE_LAB_SSH_PASSWORD_JUMP")} ;;`,
    `*) ${answer("EDGE_LAB_SSH_PASSWORD_TARGET")} ;;`,
    "esac",
    "",
  ].join("\n");
}

function secrets(alias: string, { password, privateKeyPassword }: Host): Record<string, string> {
  const suffix = alias.toUpperCase();
  return {
    [`EDGE_LAB_SSH_PASSWORD_${suffix}`]: password ?? "",
    [`EDGE_LAB_SSH_KEY_${suffix}`]: privateKeyPassword ?? "",
  };
}
