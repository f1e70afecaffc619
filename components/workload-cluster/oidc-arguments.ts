import type { ClusterConfig } from "../config/index.ts";

/** Flags of kube-apiserver for login by OpenID Connect; none without it. Pure. */
export function oidcArguments(oidc: ClusterConfig["oidc"]): Readonly<Record<string, string>> {
  if (oidc === undefined) return {};
  const flags = {
    "oidc-issuer-url": oidc.issuerUrl,
    "oidc-client-id": oidc.clientId,
    "oidc-username-claim": oidc.usernameClaim,
    "oidc-username-prefix": oidc.usernamePrefix,
    "oidc-groups-claim": oidc.groupsClaim,
    "oidc-groups-prefix": oidc.groupsPrefix,
  };
  return Object.fromEntries(
    Object.entries(flags).filter((flag): flag is [string, string] => flag[1] !== undefined),
  );
}
