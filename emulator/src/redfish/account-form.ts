import type { AccountSettings } from "../auth/account.ts";
import { accountLimits } from "../auth/account-limits.ts";
import { ROLES, type Role } from "../auth/privileges.ts";
import { usernameSchema } from "../auth/username.ts";
import {
  about,
  type Message,
  passwordIncorrectLength,
  propertyNotWritable,
  propertyUnknown,
  propertyValueError,
  propertyValueNotInList,
  propertyValueType,
  withDetail,
} from "./messages.ts";
import type { JsonObject } from "./resource.ts";

/** What a request wants an account to be; what it does not name is absent. */
export interface AccountForm {
  readonly settings: Partial<AccountSettings>;
  /** In the clear: hash it and let go of it. */
  readonly password: string | undefined;
  /** Values that are wrong; each is reason enough to take nothing. */
  readonly problems: readonly Message[];
  /** Properties that nobody can set. */
  readonly foreign: readonly Message[];
}

/** Of the schema, shown, and the same for every account. */
const FIXED = ["Id", "Name", "Description", "AccountTypes", "Links"];
const CONTROL = /\p{Cc}/u;

/**
 * Reads the properties of ManagerAccount that a client can set. Neither user name nor password is ever shown in a
 * message: people type passwords into the wrong field.
 */
export function readAccountForm(body: JsonObject): AccountForm {
  const problems: Message[] = [];
  const foreign: Message[] = [];
  const settings: { -readonly [Key in keyof AccountSettings]?: AccountSettings[Key] } = {};
  let password: string | undefined;
  const complain = (property: string, message: Message): undefined => {
    problems.push(about(property, message));
    return undefined;
  };
  for (const [property, value] of Object.entries(body)) {
    if (property.includes("@")) continue;
    switch (property) {
      case "UserName": {
        const username = readUsername(value) ?? complain(property, wrongUsername());
        if (username !== undefined) settings.username = username;
        break;
      }
      case "Password": {
        const wrong = wrongPassword(value);
        if (wrong) complain(property, wrong);
        else if (typeof value === "string") password = value;
        break;
      }
      case "RoleId": {
        const wrong = typeof value === "string" ? propertyValueNotInList : propertyValueType;
        const role = readRole(value) ?? complain(property, wrong(value, property));
        if (role) settings.role = role;
        break;
      }
      case "Enabled":
      case "PasswordChangeRequired": {
        const key = property === "Enabled" ? "enabled" : "passwordChangeRequired";
        if (typeof value === "boolean") settings[key] = value;
        else complain(property, propertyValueType(value, property));
        break;
      }
      default: {
        const message = FIXED.includes(property) ? propertyNotWritable(property) : propertyUnknown(property);
        foreign.push(about(property, message));
      }
    }
  }
  return { settings, password, problems, foreign };
}

function readUsername(value: unknown): string | undefined {
  const parsed = usernameSchema.safeParse(value);
  const usable = parsed.success && parsed.data === parsed.data.trim();
  return usable && lengthOf(parsed.data) <= accountLimits.username ? parsed.data : undefined;
}

function wrongUsername(): Message {
  return withDetail(
    propertyValueError("UserName"),
    `It must have 1 to ${accountLimits.username} characters, no colon, no control characters and no space at its ends.`,
  );
}

function wrongPassword(value: unknown): Message | undefined {
  if (typeof value !== "string") return propertyValueError("Password");
  const { min, max } = accountLimits.password;
  if (lengthOf(value) < min || lengthOf(value) > max) {
    return withDetail(passwordIncorrectLength(), `It must have ${min} to ${max} characters.`);
  }
  // HTTP's Basic authentication cannot carry them.
  if (!CONTROL.test(value)) return undefined;
  return withDetail(propertyValueError("Password"), "It must not contain control characters.");
}

/** Characters as people count them, not UTF-16 units. */
function lengthOf(text: string): number {
  return [...text].length;
}

function readRole(value: unknown): Role | undefined {
  return (Object.keys(ROLES) as Role[]).find((role) => role === value);
}
