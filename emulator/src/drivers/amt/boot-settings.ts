import type { AMT } from "@device-management-toolkit/wsman-messages";
import { escapeXml } from "./wsman.ts";
import type { XmlElement } from "./xml-element.ts";

/**
 * AMT_BootSettingData with every option off, made from what was read. Only what may be written is in it: firmware
 * refuses a Put of the full set. A new object each time, because the builder's Put changes the one it gets; names in
 * alphabetical order, as AMT itself lists them.
 * @param biosSetup enter the firmware's setup at the next start
 */
export function cleanedBootSettings(current: XmlElement, biosSetup: boolean): AMT.Models.BootSettingData {
  const kept = (name: string): string | undefined => {
    const text = current.text(name);
    return text === undefined ? undefined : escapeXml(text);
  };
  const secureBoot = current.text("EnforceSecureBoot");
  const owner = kept("OwningEntity");
  return {
    BIOSPause: false,
    BIOSSetup: biosSetup,
    BootMediaIndex: 0,
    ConfigurationDataReset: false,
    ElementName: kept("ElementName") ?? "Intel(r) AMT Boot Configuration Settings",
    ...(secureBoot !== undefined && { EnforceSecureBoot: secureBoot === "true" }),
    FirmwareVerbosity: 0,
    ForcedProgressEvents: false,
    IDERBootDevice: 0,
    InstanceID: kept("InstanceID") ?? "Intel(r) AMT:BootSettingData 0",
    LockKeyboard: false,
    LockPowerButton: false,
    LockResetButton: false,
    LockSleepButton: false,
    ...(owner !== undefined && { OwningEntity: owner }),
    // Newer firmware only, older refuses what it does not know.
    ...(current.child("PlatformErase") && { PlatformErase: false }),
    ReflashBIOS: false,
    SecureErase: false,
    UseIDER: false,
    UseSOL: false,
    UseSafeMode: false,
    UserPasswordBypass: false,
  };
}
