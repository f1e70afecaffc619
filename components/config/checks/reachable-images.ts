import type { ConfigPath } from "../config-path.ts";
import { isLoopback } from "../network/is-loopback.ts";
import { type Check, problem } from "./check.ts";

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

/** Bare machines download images: they resolve no cluster names, and their loopback is their own. */
export const reachableImages: Check = (draft) => {
  const infra = draft.infra?.provisioning?.address;
  const loopbackLab = infra !== undefined && isLoopback(infra);
  const used: { path: ConfigPath; value: string | undefined; host: string | undefined }[] = [
    ...Object.entries(draft.nodeImage?.images ?? {}).flatMap(([name, image]) =>
      (["url", "sha256"] as const).map((field) => ({
        path: ["nodeImage", "images", name, field],
        value: image?.[field],
        host: hostOf(image?.[field] ?? ""),
      })),
    ),
    {
      path: ["nodeImage", "serve", "address"],
      value: draft.nodeImage?.serve?.address,
      host: draft.nodeImage?.serve?.address,
    },
  ];
  const here = infra === undefined ? "the infra node's address" : `the infra node's address ${infra}`;
  return used.flatMap(({ path, value, host }) => {
    if (host === undefined) return [];
    if (/\.(svc|cluster\.local)\.?$/i.test(host) || /\.svc\./i.test(host)) {
      return [problem(path, value, "is a cluster name, which bare hosts cannot resolve", `use ${here}`)];
    }
    if (loopbackLab || !isLoopback(host)) return [];
    return [problem(path, value, "is a loopback address: each host would ask itself", `use ${here}`)];
  });
};
