import { amtPasswordRefusal } from "../../components/config/checks/amt-password.ts";
import { driverNeeds } from "../../components/config/driver-needs.ts";
import type { CredentialField } from "./credential-field.ts";

/** A value to set. Never printed. */
export interface Answer extends CredentialField {
  readonly value: string;
}

/** Why a value cannot be right, or undefined. `driver` is the driver of the hosts that it is for. */
export function refusalOf(
  driver: string,
  field: CredentialField["field"],
  value: string,
): string | undefined {
  if (value === "") return driverNeeds(driver, field) ? "is empty" : undefined;
  if (/[\r\n]/.test(value)) return "has a line break";
  return driver === "amt" && field === "password" ? amtPasswordRefusal(value) : undefined;
}
