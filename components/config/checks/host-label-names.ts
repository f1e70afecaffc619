import { type Check, problem } from "./check.ts";

const name = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const prefix = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const failureDomain = "infrastructure.cluster.x-k8s.io/failure-domain";

function keyRefusal(key: string): string | undefined {
  const parts = key.split("/");
  const [domain, own] = parts.length === 1 ? [undefined, parts[0]] : [parts[0], parts[1]];
  const valid = parts.length <= 2 && name.test(own ?? "") && (domain === undefined || prefix.test(domain));
  if (!valid) return "is not a Kubernetes label key";
  if (key === failureDomain || domain === undefined) return undefined;
  const owned = domain === "edge-lab" || /(^|\.)(cluster\.x-k8s\.io|metal3\.io)$/.test(domain);
  return owned ? "is a label that the lab or its controllers set" : undefined;
}

/** Labels of a BareMetalHost: valid ones, and none that decide which cluster takes the host. */
export const hostLabelNames: Check = (draft) =>
  (draft.hosts ?? []).flatMap((host, index) =>
    Object.entries(host?.labels ?? {}).flatMap(([key, value]) => {
      const path = ["hosts", index, "labels", key];
      const wrong = keyRefusal(key);
      const fix = `use a key such as rack or example.org/rack (of theirs only ${failureDomain} is yours to set)`;
      if (wrong !== undefined) return [problem(path, value, wrong, fix)];
      if (value === undefined || value === "" || name.test(value)) return [];
      const rule = "use at most 63 letters, digits, - _ . that begin and end with a letter or digit";
      return [problem(path, value, "is not a Kubernetes label value", rule)];
    }),
  );
