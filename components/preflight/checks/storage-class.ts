import type { Finding } from "../finding.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import { notSeen } from "../seen.ts";

const isDefault = "storageclass.kubernetes.io/is-default-class";

/** Whether the StorageClasses that the lab names are there, and one of the cluster's is the default. */
export const storageClass: PreflightCheck = {
  title: "storage class",
  looksAt: "the infra cluster's StorageClasses",
  timeOut: 25_000,
  async run({ infra, config }) {
    const classes = await infra.storageClasses();
    if ("unseen" in classes) return notSeen(classes);
    const names = classes.seen.map(({ metadata }) => metadata.name);
    const { serve } = config.nodeImage;
    const wanted = new Map([[config.infra.storageClass, "edge-lab:infra.storageClass"]]);
    if (serve.enabled && !wanted.has(serve.storageClass))
      wanted.set(serve.storageClass, "edge-lab:nodeImage.serve.storageClass");
    const missing = [...wanted].filter(([name]) => !names.includes(name));
    const there = names.join(", ") || "none";
    const findings = missing.map(
      ([name, path]): Finding => ({
        status: "fail",
        detail: `there is no StorageClass ${name} (${path}); there are: ${there}`,
        why: "the volumes of the emulator and the image server are not made without it, and their pods stay Pending",
        fix: `name one that is there, or have it made: local-path comes with k3s unless it was started with --disable=local-storage`,
      }),
    );
    const chosen = classes.seen.find(({ metadata }) => metadata.annotations[isDefault] === "true");
    if (chosen === undefined && names.length > 0) {
      findings.push({
        status: "warn",
        detail: `no StorageClass is the default one; there are: ${there}`,
        why: "the lab names its own, but an add-on that names none gets no volume",
        fix: `kubectl annotate storageclass ${names[0]} ${isDefault}=true`,
      });
    }
    if (findings.length > 0) return findings;
    const rest = chosen === undefined ? "" : `; ${chosen.metadata.name} is the default`;
    return [{ status: "ok", detail: `${[...wanted.keys()].join(" and ")} is there${rest}` }];
  },
};
