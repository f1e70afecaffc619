import type { PasswordHash } from "./password-hash.ts";
import type { Role } from "./privileges.ts";

/** Who makes a request. */
export interface Principal {
  readonly username: string;
  readonly role: Role;
  /** Set while the user may do nothing but change the own password. */
  readonly mustChangePassword?: true;
}

/** What can be set of an account, but for the password. */
export interface AccountSettings {
  readonly username: string;
  readonly role: Role;
  readonly enabled: boolean;
  readonly passwordChangeRequired: boolean;
}

/** Somebody who may log in. Never changed in place: another object is another state. */
export interface Account extends AccountSettings {
  /** Last part of its URI. */
  readonly id: string;
  /** Where it is kept, and so where it can be changed. */
  readonly origin: "configuration" | "store";
  readonly password: PasswordHash;
  /** Changes with the password, and only with it; ties sessions to it. */
  readonly fingerprint: Buffer;
}
