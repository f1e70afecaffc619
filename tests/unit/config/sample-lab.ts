import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileConfig } from "../../../components/config/stack-file.ts";

/** Raw configuration that a test may break anywhere. */
export type RawLab = Record<string, unknown>;

export const repository = join(import.meta.dirname, "../../..");

/** The `config` of a stack file in the repository, a fresh copy for each call. */
export function stackConfig(stack: "lab" | "sim" | "sim-spare" | "sim-image"): RawLab {
  return stackFileConfig(readFileSync(join(repository, `Pulumi.${stack}.yaml`), "utf8"));
}

/** The real lab with a login for every device: valid until a test breaks it. */
export function sampleLab(): RawLab {
  return {
    ...stackConfig("lab"),
    "edge-lab:credentials": {
      defaults: {
        amt: { username: "admin", password: "Valid-Passw0rd" },
        tapo: { username: "me@example.org", password: "another one" },
      },
    },
  };
}

/** Sets a value deep inside; `undefined` removes it. Path steps are as in the stack file, without the namespace. */
export function put(lab: RawLab, path: readonly (string | number)[], value: unknown): RawLab {
  const [top, ...rest] = path;
  const steps = [`edge-lab:${top}`, ...rest];
  const last = steps.pop() ?? "";
  const owner = steps.reduce<object>((at, step) => {
    const next: unknown = Reflect.get(at, step);
    if (typeof next === "object" && next !== null) return next;
    const made = {};
    Reflect.set(at, step, made);
    return made;
  }, lab);
  if (value !== undefined) Reflect.set(owner, last, value);
  else if (Array.isArray(owner)) owner.splice(Number(last), 1);
  else Reflect.deleteProperty(owner, last);
  return lab;
}
