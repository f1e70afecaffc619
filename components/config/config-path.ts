import { project } from "./project.ts";

/** Steps from the top of the configuration: `["hosts", 2, "macs", 0]`. */
export type ConfigPath = readonly PropertyKey[];

/** A path as Pulumi writes it: `edge-lab:hosts[2].macs[0]`, `edge-lab:nodeImage.images["v1.34.3"].url`. */
export function formatPath(path: ConfigPath): string {
  const [top, ...rest] = path;
  const steps = rest.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(String(step))
      ? `.${String(step)}`
      : `[${JSON.stringify(String(step))}]`;
  });
  return top === undefined ? `${project}:*` : `${project}:${String(top)}${steps.join("")}`;
}
