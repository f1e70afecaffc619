import type { ClusterConfig, GitLogin } from "../config/index.ts";

type Follow = NonNullable<ClusterConfig["gitOps"]>;

/** Of the Secret with the repository's login, beside what refers to it. */
export const gitSecretName = "edge-lab-git";

/**
 * Values of the chart flux2-sync: a GitRepository (source.toolkit.fluxcd.io/v1) and a Kustomization of one folder of it
 * (kustomize.toolkit.fluxcd.io/v1). What leaves the folder leaves the cluster. Pure.
 */
export function fluxSource(
  { url, branch, path }: Follow,
  withLogin: boolean,
): Readonly<Record<string, unknown>> {
  const login = withLogin ? { secretRef: { name: gitSecretName } } : {};
  return {
    gitRepository: { spec: { url, ref: { branch }, ...login } },
    kustomization: { spec: { path, prune: true } },
  };
}

/**
 * Data of the Secret as Flux's source controller reads it: `identity`, `known_hosts` and the key's `password` over SSH, `username`
 * and `password` over HTTPS. Pure; undefined where there is no login.
 */
export function gitSecretData(
  { url, knownHosts }: Follow,
  login: GitLogin,
): Record<string, string> | undefined {
  const { identity, username, password } = login;
  const texts = url.startsWith("ssh://")
    ? { identity: identity && withEnd(identity), known_hosts: knownHosts, password: identity && password }
    : { username, password };
  const given = Object.entries(texts).flatMap(([key, text]) => (text ? [[key, base64(text)] as const] : []));
  const hasLogin = given.some(([key]) => key !== "known_hosts");
  return hasLogin ? Object.fromEntries(given) : undefined;
}

/** OpenSSH's key format ends with a line end, which is easily lost on the way through a configuration. */
function withEnd(key: string): string {
  return key.endsWith("\n") ? key : `${key}\n`;
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
