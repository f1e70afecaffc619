import { z } from "zod";
import { PreviewError } from "./preview-error.ts";
import type { PulumiRunner } from "./pulumi-runner.ts";

const exported = z.object({
  deployment: z.object({
    manifest: z.object({ time: z.string().default("") }).optional(),
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          inputs: z.record(z.string(), z.unknown()).default({}),
        }),
      )
      .nullish(),
  }),
});

/** A stack's state as `pulumi stack export` writes it. */
export interface KnownState {
  readonly text: string;
  /** Where it is from, as half a sentence for the first line of a comment. */
  readonly from: string;
  /** The kubeconfig of the infra cluster at the last update, absolute; undefined before the first. */
  readonly kubeconfig: string | undefined;
  readonly hasSecrets: boolean;
}

/** @throws PreviewError for what is no exported state, or that of another stack. */
export function knownState(text: string, stack: string, origin: string): KnownState {
  let state: z.output<typeof exported>;
  try {
    state = exported.parse(JSON.parse(text));
  } catch {
    throw new PreviewError(
      `${origin} is not what pulumi stack export writes. Fix: pulumi stack export --file FILE`,
    );
  }
  const resources = state.deployment.resources ?? [];
  const foreign = resources.find(({ urn }) => !urn.startsWith(`urn:pulumi:${stack}::`));
  if (foreign !== undefined) {
    throw new PreviewError(`${origin} is the state of another stack than ${stack}: it holds ${foreign.urn}`);
  }
  const provider = resources.find(({ urn }) => urn.endsWith("pulumi:providers:kubernetes::lab-infra"));
  const kubeconfig: unknown = provider?.inputs.kubeconfig;
  const time = state.deployment.manifest?.time ?? "";
  const when =
    resources.length === 0 || !/^[1-9]/.test(time) ? "" : ` of ${time.slice(0, 16).replace("T", " ")} UTC`;
  return {
    text,
    from: `${origin}${resources.length === 0 ? ", which has no resources yet" : when}`,
    kubeconfig: typeof kubeconfig === "string" ? kubeconfig : undefined,
    hasSecrets: text.includes('"ciphertext"'),
  };
}

/** The state in the backend that pulumi is logged in to; undefined when there is no such login or stack. */
export async function backendState(
  pulumi: PulumiRunner,
  stack: string,
  required: boolean,
): Promise<KnownState | undefined> {
  const login = await pulumi.run(["whoami", "--json"]);
  if (login.code !== 0) {
    if (!required) return undefined;
    throw new PreviewError(
      `the state's backend cannot be used: ${login.stderr}. Fix the credentials, or unset PULUMI_BACKEND_URL and PULUMI_ACCESS_TOKEN for a preview without state`,
    );
  }
  const { url } = z.object({ url: z.string().default("its backend") }).parse(JSON.parse(login.stdout));
  const shown = url.replace(/\/\/[^/@]*@/, "//").replace(/[?#].*$/, "");
  const list = z
    .array(z.object({ name: z.string() }))
    .parse(JSON.parse(await pulumi.output(["stack", "ls", "--json"])));
  const found = list.find(({ name }) => name === stack || name.endsWith(`/${stack}`));
  if (found === undefined) return undefined;
  const text = await pulumi.output(["stack", "export", "--stack", found.name]);
  return knownState(text, stack.slice(stack.lastIndexOf("/") + 1), `the state in ${shown}`);
}
