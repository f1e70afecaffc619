import type { BlockDevice } from "./block-device.ts";

const GIB = 1024 ** 3;

const HINTS: Readonly<Record<string, "text" | "number" | "flag">> = {
  size: "number",
  model: "text",
  wwn: "text",
  serial: "text",
  vendor: "text",
  wwn_with_extension: "text",
  wwn_vendor_extension: "text",
  name: "text",
  rotational: "flag",
  hctl: "text",
  by_path: "text",
  tran: "text",
};

const TEXT_OPERATORS: Readonly<Record<string, (is: string, wanted: string) => boolean>> = {
  "s==": (is, wanted) => is === wanted,
  "s!=": (is, wanted) => is !== wanted,
  "s<": (is, wanted) => is < wanted,
  "s<=": (is, wanted) => is <= wanted,
  "s>": (is, wanted) => is > wanted,
  "s>=": (is, wanted) => is >= wanted,
};

/** A lone "=" means "at least" in these expressions, as in scheduler hints, where they come from. */
const NUMBER_OPERATORS: Readonly<Record<string, (is: number, wanted: number) => boolean>> = {
  "=": (is, wanted) => is >= wanted,
  "==": (is, wanted) => is === wanted,
  "!=": (is, wanted) => is !== wanted,
  "<=": (is, wanted) => is <= wanted,
  ">=": (is, wanted) => is >= wanted,
};

/**
 * Hints for a device as Ironic's nodes carry them: `properties.root_device`, and the entries of
 * `properties.skip_block_devices`. Values may begin with an operator (project oslo.utils, specs_matcher); sizes count in
 * GiB; texts are compared without regard to case.
 */
export class DeviceHints {
  readonly #hints: Readonly<Record<string, unknown>>;

  /** @throws Error naming what cannot be a hint */
  constructor(hints: Readonly<Record<string, unknown>>) {
    for (const [name, wanted] of Object.entries(hints)) {
      const kind = HINTS[name];
      if (kind === undefined) {
        throw new Error(`The hint "${name}" is invalid. Valid hints are: "${Object.keys(HINTS).join(", ")}"`);
      }
      if (kind === "flag" && flag(wanted) === undefined) {
        throw new Error(`Root device hint "${name}" is not a Boolean value. Current value: ${wanted}`);
      }
      if (kind === "number" && !Number.isInteger(Number(operation(wanted).operand))) {
        throw new Error(`Root device hint "${name}" is not an integer value. Current value: ${wanted}`);
      }
    }
    this.#hints = hints;
  }

  /** Whether the device is as all of the hints say. */
  match(device: BlockDevice): boolean {
    return Object.entries(this.#hints).every(([name, wanted]) => {
      const is = device[name as keyof BlockDevice];
      switch (HINTS[name]) {
        case "flag":
          return flag(wanted) === is;
        case "number": {
          const { operator, operand } = operation(wanted);
          return NUMBER_OPERATORS[operator || "=="]?.(Number(is) / GIB, Number(operand)) ?? false;
        }
        default:
          return is !== null && matchesText(String(is).toLowerCase(), String(wanted).trim().toLowerCase());
      }
    });
  }
}

function matchesText(is: string, wanted: string): boolean {
  const { operator, operand } = operation(wanted);
  if (operator === "<in>") return is.includes(operand);
  if (operator === "<all-in>") return operand.split(/\s*<all-in>\s*/).every((part) => is.includes(part));
  if (operator === "<or>") return operand.split(/\s*<or>\s*/).includes(is);
  return TEXT_OPERATORS[operator || "s=="]?.(is, operand) ?? false;
}

function operation(expression: unknown): { operator: string; operand: string } {
  const text = String(expression).trim();
  const [, operator = "", operand = ""] =
    /^(s==|s!=|s<=|s<|s>=|s>|==|!=|<=|>=|=|<in>|<all-in>|<or>)?\s*(.*)$/s.exec(text) ?? [];
  return { operator, operand: operand.trim() };
}

function flag(value: unknown): boolean | undefined {
  const text = String(value).trim().toLowerCase();
  if (["true", "t", "yes", "y", "on", "1"].includes(text)) return true;
  return ["false", "f", "no", "n", "off", "0"].includes(text) ? false : undefined;
}
