import type { BootOverride } from "../driver.ts";
import { AmtError } from "./amt-error.ts";
import { cleanedBootSettings } from "./boot-settings.ts";
import { checkReturnValue } from "./return-value.ts";
import type { WsmanClient } from "./wsman.ts";
import type { XmlElement } from "./xml-element.ts";

type Target = BootOverride["target"];

const CONFIGURATION = "Intel(r) AMT: Boot Configuration 0";
/** InstanceIDs of CIM_BootSourceSetting. Setup has none: a source and BIOSSetup exclude each other. */
const SOURCES = {
  Pxe: "Intel(r) AMT: Force PXE Boot",
  Hdd: "Intel(r) AMT: Force Hard-drive Boot",
  Cd: "Intel(r) AMT: Force CD/DVD Boot",
  BiosSetup: undefined,
} as const satisfies Record<Target, string | undefined>;
type Source = Exclude<(typeof SOURCES)[Target], undefined>;
/** Properties of AMT_BootCapabilities that say whether a target exists. */
const CAPABILITIES = {
  Pxe: "ForcePXEBoot",
  Hdd: "ForceHardDriveBoot",
  Cd: "ForceCDorDVDBoot",
  BiosSetup: "BIOSSetup",
} as const satisfies Record<Target, string>;
/** Role of SetBootConfigRole: for the next start and no other. */
const NEXT_SINGLE_USE = 1;

/**
 * Chooses what the next start through AMT boots, once. To be called right before the power action, with nothing in
 * between; the firmware forgets it all after that start.
 */
export class AmtBoot {
  readonly #wsman: WsmanClient;
  #capabilities: XmlElement | "unknown" | undefined;
  #armed = false;

  constructor(wsman: WsmanClient) {
    this.#wsman = wsman;
  }

  /** A choice was made and no start has used it: it must not surprise the next one. */
  get armed(): boolean {
    return this.#armed;
  }

  /** The start that used the choice was accepted. */
  used(): void {
    this.#armed = false;
  }

  /**
   * The order of MeshCommander and of Intel's newer tools (others leave PXE ignored on AMT 12): read settings, clear
   * source, write settings with all else off, role, source.
   * @param target undefined = clear an earlier choice
   * @throws AmtError "refused" when the machine has no such target or its rights forbid it
   */
  async choose(target: Target | undefined, signal: AbortSignal): Promise<void> {
    if (target !== undefined) await this.#checkCapability(target, signal);
    const { amt, cim } = this.#wsman;
    const name = "AMT_BootSettingData";
    const current = await this.#wsman.get(name, amt.BootSettingData.Get(), { signal });
    this.#armed = true;
    await this.#order(undefined, signal);
    const settings = cleanedBootSettings(current, target === "BiosSetup");
    await this.#wsman.call(`Put ${name}`, amt.BootSettingData.Put(settings), { signal });
    if (target !== undefined) {
      // Not the source: a configuration has a role, a source has an order (Intel's old bug).
      const request = cim.BootService.SetBootConfigRole(CONFIGURATION, NEXT_SINGLE_USE);
      const body = await this.#wsman.call("SetBootConfigRole", request, { signal });
      checkReturnValue(this.#wsman.where, "SetBootConfigRole", body.child("SetBootConfigRole_OUTPUT"));
    }
    const source = target && SOURCES[target];
    if (source !== undefined) await this.#order(source, signal);
    this.#armed = target !== undefined;
  }

  async #order(source: Source | undefined, signal: AbortSignal): Promise<void> {
    const method = `ChangeBootOrder ${source ?? "(no source)"}`;
    const request = this.#wsman.cim.BootConfigSetting.ChangeBootOrder(source);
    const body = await this.#wsman.call(method, request, { signal });
    checkReturnValue(this.#wsman.where, method, body.child("ChangeBootOrder_OUTPUT"));
  }

  async #checkCapability(target: Target, signal: AbortSignal): Promise<void> {
    this.#capabilities ??= await this.#readCapabilities(signal);
    if (this.#capabilities === "unknown") return;
    if (this.#capabilities.text(CAPABILITIES[target]) !== "false") return;
    const message = `${this.#wsman.where}: this machine cannot be told to boot ${target} (AMT_BootCapabilities.${CAPABILITIES[target]} is false)`;
    throw new AmtError("refused", message);
  }

  async #readCapabilities(signal: AbortSignal): Promise<XmlElement | "unknown"> {
    const request = this.#wsman.amt.BootCapabilities.Get();
    try {
      return await this.#wsman.get("AMT_BootCapabilities", request, { signal });
    } catch (error) {
      if (error instanceof AmtError && error.unknownClass) return "unknown";
      throw error;
    }
  }
}
