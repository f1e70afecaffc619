import type { BootOverride } from "../drivers/driver.ts";

/** A machine's boot override as Redfish shows it (ComputerSystem.Boot). */
export interface BootSettings {
  readonly target: BootOverride["target"] | "None";
  readonly enabled: "Disabled" | "Once" | "Continuous";
  readonly mode: "UEFI" | "Legacy";
}

export function defaultBootSettings(mode: BootSettings["mode"]): BootSettings {
  return { target: "None", enabled: "Disabled", mode };
}

/** What the next start boots from, or undefined when the firmware decides. */
export function nextBoot(settings: BootSettings): BootOverride | undefined {
  if (settings.enabled === "Disabled" || settings.target === "None") return undefined;
  return { target: settings.target, mode: settings.mode };
}

/**
 * The settings after a start that used them. `Once` is over and must read Disabled: Ironic leaves `Enabled` out of its
 * PATCH when it already reads as wished, so a stale Once would never be armed again.
 */
export function spent(settings: BootSettings): BootSettings {
  return settings.enabled === "Once" ? { ...settings, target: "None", enabled: "Disabled" } : settings;
}
