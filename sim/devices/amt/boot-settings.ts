import type { CimInstance } from "./cim-class.ts";
import { classUri } from "./namespaces.ts";
import { WsmanFault } from "./wsman-fault.ts";
import type { XmlElement } from "./xml-element.ts";

type Setting = boolean | number;

/**
 * What a Put may change, with the values after every boot. AMT_BootSettingData of AMT 12 (Intel AMT SDK; the subset that
 * MeshCommander writes).
 */
const DEFAULTS: Readonly<Record<string, Setting>> = {
  BIOSPause: false,
  BIOSSetup: false,
  BootMediaIndex: 0,
  ConfigurationDataReset: false,
  EnforceSecureBoot: false,
  FirmwareVerbosity: 0,
  ForcedProgressEvents: false,
  IDERBootDevice: 0,
  LockKeyboard: false,
  LockPowerButton: false,
  LockResetButton: false,
  LockSleepButton: false,
  PlatformErase: false,
  ReflashBIOS: false,
  SecureErase: false,
  UseIDER: false,
  UseSOL: false,
  UseSafeMode: false,
  UserPasswordBypass: false,
};

/** The engine's own: told by Get, and a Put that carries one is refused ("AMT expects only a subset"). */
const READ_ONLY: readonly string[] = [
  "BIOSLastStatus",
  "BootguardStatus",
  "OptionsCleared",
  "RPEEnabled",
  "RSEPassword",
  "SecureBootControlEnabled",
  "UEFIHTTPSBootEnabled",
  "UEFILocalPBABootEnabled",
  "UefiBootNumberOfParams",
  "UefiBootParametersArray",
  "WinREBootEnabled",
];

const NAMES: Readonly<Record<string, string>> = {
  ElementName: "Intel(r) AMT Boot Configuration Settings",
  InstanceID: "Intel(r) AMT:BootSettingData 0",
  OwningEntity: "Intel(r) AMT",
};

/** Settings that exclude a boot source. */
const EXCLUDING = ["UseSOL", "UseIDER", "BIOSSetup", "BIOSPause", "ReflashBIOS"] as const;

/** AMT_BootSettingData: the options of the next boot. */
export class BootSettings {
  #values: Readonly<Record<string, Setting>> = DEFAULTS;

  /** Those that differ from their defaults. */
  get changed(): Readonly<Record<string, string>> {
    const changed = Object.entries(this.#values).filter(([name, value]) => value !== DEFAULTS[name]);
    return Object.fromEntries(changed.map(([name, value]) => [name, String(value)]));
  }

  get excludeSource(): boolean {
    return EXCLUDING.some((name) => this.#values[name] === true);
  }

  clear(): void {
    this.#values = DEFAULTS;
  }

  /** In alphabetical order, as AMT answers. */
  instance(): CimInstance {
    const all: Record<string, CimInstance[string]> = {
      ...this.#values,
      ...NAMES,
      BIOSLastStatus: [2, 0],
      BootguardStatus: 127,
      OptionsCleared: Object.keys(this.changed).length === 0,
      RPEEnabled: false,
      SecureBootControlEnabled: false,
      UEFIHTTPSBootEnabled: false,
      UEFILocalPBABootEnabled: false,
      UefiBootNumberOfParams: 0,
      WinREBootEnabled: false,
    };
    return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Replaces all settings; one that is left out goes back to its default. @throws WsmanFault and changes nothing. */
  put(content: XmlElement): void {
    const next: Record<string, Setting> = { ...DEFAULTS };
    let instanceId: string | undefined;
    for (const element of content.children) {
      const { name, text } = element;
      if (element.namespace !== classUri("AMT_BootSettingData")) {
        throw WsmanFault.schemaValidation(`${name} is in another namespace`);
      }
      if (READ_ONLY.includes(name)) throw WsmanFault.schemaValidation(`${name} is read-only`);
      if (name === "InstanceID") instanceId = text;
      else if (Object.hasOwn(DEFAULTS, name)) next[name] = parsed(name, text);
      else if (!Object.hasOwn(NAMES, name)) throw WsmanFault.schemaValidation(`${name} is unknown`);
    }
    if (instanceId !== NAMES.InstanceID) throw WsmanFault.schemaValidation("InstanceID is another");
    this.#values = next;
  }
}

function parsed(name: string, text: string): Setting {
  if (typeof DEFAULTS[name] === "boolean") {
    if (text !== "true" && text !== "false")
      throw WsmanFault.schemaValidation(`${name} is neither true nor false`);
    return text === "true";
  }
  if (!/^\d{1,3}$/.test(text)) throw WsmanFault.schemaValidation(`${name} is no small number`);
  return Number(text);
}
