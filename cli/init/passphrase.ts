import type { Questions } from "./asked-answers.ts";

const explanation = `Secrets of this stack are encrypted with a passphrase that only you know. Pulumi wants it in PULUMI_CONFIG_PASSPHRASE (or
a file named by PULUMI_CONFIG_PASSPHRASE_FILE) at every preview and up. Keep it in a password manager, never in the
repository; who loses it has to set all secrets again.`;

/** What decides whether a passphrase is used at all. */
export interface Encryption {
  /** URL of the backend: Pulumi's own service keeps keys itself. */
  readonly backend: string;
  /** The stack file's `secretsprovider`. */
  readonly provider: string | undefined;
}

/** Whether the stack's secrets are encrypted with a passphrase, rather than by Pulumi's service or a key service. */
export function usesPassphrase({ backend, provider }: Encryption): boolean {
  if (provider !== undefined && provider !== "default") return provider === "passphrase";
  return !/^https?:/.test(backend);
}

/**
 * The environment that lets pulumi encrypt: empty when it already can, else the passphrase that was asked for.
 *
 * @throws {Error} that explains the variable when nobody can be asked.
 */
export async function passphraseEnvironment(
  encryption: Encryption,
  env: NodeJS.ProcessEnv,
  options: {
    readonly questions: Questions | undefined;
    readonly isNew: boolean;
    readonly say: (line: string) => void;
  },
): Promise<NodeJS.ProcessEnv> {
  const isSet = env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
  if (isSet || !usesPassphrase(encryption)) return {};
  if (options.questions === undefined)
    throw new Error(`PULUMI_CONFIG_PASSPHRASE is not set.\n${explanation}`);
  options.say(
    `PULUMI_CONFIG_PASSPHRASE is not set.\n${explanation}\nIt is asked for now, for this run only.`,
  );
  const first = await options.questions.hidden("Passphrase", (value) => value !== "" || "It is empty");
  if (options.isNew) {
    await options.questions.hidden(
      "Passphrase, again",
      (value) => value === first || "It differs from the first",
    );
  }
  return { PULUMI_CONFIG_PASSPHRASE: first };
}
