import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** Login by OpenID Connect is set by `oidc` or by flags of the API server, since a flag given twice has one value. */
export const oidcOnce: Check = (draft) =>
  (draft.clusters ?? []).flatMap((cluster, index): Problem[] => {
    if (cluster?.oidc === undefined) return [];
    const flags = Object.entries(cluster.kubeadm?.apiServer?.extraArgs ?? {});
    return flags
      .filter(([flag]) => flag.startsWith("oidc-"))
      .map(([flag, value]) =>
        problem(
          ["clusters", index, "kubeadm", "apiServer", "extraArgs", flag],
          value,
          "is set beside oidc, which sets it as well",
          `remove it here and write it under clusters[${index}].oidc`,
        ),
      );
  });
