import type { DeviceField } from "../../emulator/src/drivers/driver.ts";

/** What the configuration has to know of a driver; the driver itself, with its options, is the emulator's. */
export interface KnownDriver {
  readonly name: string;
  /** Where the device listens unless the host's address names a port. */
  readonly defaultPort?: number;
  /** What the username is for, and its value where the device fixes one. */
  readonly defaultUsername?: string;
  readonly usernameHint: string;
  /** What its hosts can do without: the driver's own `optionalFields`, for whoever must not load the emulator. */
  readonly optionalFields?: readonly DeviceField[];
}

/** The kinds of power device. A new one is a line here and a folder in emulator/src/drivers/. */
export const knownDrivers: readonly KnownDriver[] = [
  { name: "amt", defaultPort: 16992, defaultUsername: "admin", usernameHint: "AMT user, usually admin" },
  {
    name: "tapo",
    defaultPort: 80,
    usernameHint: "e-mail address of the TP-Link account, spelt exactly as in the account",
  },
  {
    name: "command",
    usernameHint: "user for the webhook or program; leave it empty if there is none",
    optionalFields: ["address", "username", "password"],
  },
];
