import { z } from "zod";
import type { BootSettings } from "../power/boot-settings.ts";
import {
  about,
  emptyJson,
  type Message,
  propertyUnknown,
  propertyValueNotInList,
  propertyValueType,
} from "./messages.ts";

export type BootPatchOutcome =
  | { readonly change: Partial<BootSettings> }
  | { readonly problems: readonly Message[] };

const jsonObject = z.record(z.string(), z.unknown());
const target = z.enum(["None", "Pxe", "Hdd", "Cd", "BiosSetup"]);
const enabled = z.enum(["Disabled", "Once", "Continuous"]);
const mode = z.enum(["UEFI", "Legacy"]);

/**
 * What a PATCH of `Boot` changes, or all that is wrong with it, each message naming its property. Nothing is taken
 * from a request that is wrong anywhere in `Boot`. Ironic sends Target with or without Enabled, Mode alone,
 * and sometimes `HttpBootUri: null`.
 */
export function readBootPatch(patch: unknown, targets: readonly BootSettings["target"][]): BootPatchOutcome {
  const parsed = jsonObject.safeParse(patch);
  if (!parsed.success) return { problems: [about("Boot", propertyValueType(patch, "Boot"))] };
  const problems: Message[] = [];
  let change: Partial<BootSettings> = {};
  const given = Object.entries(parsed.data).filter(([property]) => !property.includes("@"));
  for (const [property, value] of given) {
    const read = <Value extends string>(schema: z.ZodType<Value>, offered: (value: Value) => boolean) =>
      readValue(property, value, schema, offered, problems);
    switch (property) {
      case "BootSourceOverrideTarget": {
        const wished = read(target, (word) => word === "None" || targets.includes(word));
        if (wished) change = { ...change, target: wished };
        break;
      }
      case "BootSourceOverrideEnabled": {
        const wished = read(enabled, () => true);
        if (wished) change = { ...change, enabled: wished };
        break;
      }
      case "BootSourceOverrideMode": {
        const wished = read(mode, () => true);
        if (wished) change = { ...change, mode: wished };
        break;
      }
      default:
        // sushy clears HttpBootUri with every boot device it sets; what is not there is clear already.
        if (property !== "HttpBootUri" || value !== null) {
          problems.push(about(`Boot/${property}`, propertyUnknown(property)));
        }
    }
  }
  if (given.length === 0) problems.push(about("Boot", emptyJson()));
  return problems.length > 0 ? { problems } : { change };
}

function readValue<Value extends string>(
  property: string,
  value: unknown,
  schema: z.ZodType<Value>,
  offered: (value: Value) => boolean,
  problems: Message[],
): Value | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success && offered(parsed.data)) return parsed.data;
  const wrong = typeof value === "string" ? propertyValueNotInList : propertyValueType;
  problems.push(about(`Boot/${property}`, wrong(value, property)));
  return undefined;
}
