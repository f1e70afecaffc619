import type { DevicePower, PowerAction } from "../driver.ts";
import { AmtError } from "./amt-error.ts";
import { availableActions, powerOf, REQUESTED_STATE } from "./power-state.ts";
import { checkReturnValue } from "./return-value.ts";
import type { WsmanClient } from "./wsman.ts";
import type { XmlElement } from "./xml-element.ts";

export interface AmtPowerReading {
  readonly power: DevicePower;
  readonly actions: readonly PowerAction[];
}

/** CIM_PowerManagementService: reads and requests power states. */
export class AmtPower {
  readonly #wsman: WsmanClient;
  /** Firmware that refuses the direct Get is asked by enumeration from then on. */
  #byEnumeration = false;

  constructor(wsman: WsmanClient) {
    this.#wsman = wsman;
  }

  /** @throws AmtError "device" for a state that means neither on nor off */
  async read(signal: AbortSignal): Promise<AmtPowerReading> {
    const service = await this.#service(signal);
    const state = service?.number("PowerState");
    const power = state === undefined ? undefined : powerOf(state);
    if (!service || power === undefined) {
      throw new AmtError("device", `${this.#wsman.where}: reports the power state ${state ?? "(none)"}`);
    }
    const listed = service.children("AvailableRequestedPowerStates").map((element) => Number(element.value));
    return { power, actions: availableActions(power, listed) };
  }

  /**
   * Asks for a change; AMT accepts now and acts within seconds.
   * @throws AmtError whose `busy` and `progress` tell whether and how to go on
   */
  async request(action: PowerAction, signal: AbortSignal): Promise<void> {
    const state = REQUESTED_STATE[action];
    const method = `RequestPowerStateChange ${state} (${action})`;
    const request = this.#wsman.cim.PowerManagementService.RequestPowerStateChange(state);
    const body = await this.#wsman.call(method, request, { signal, action: true });
    checkReturnValue(this.#wsman.where, method, body.child("RequestPowerStateChange_OUTPUT"));
  }

  async #service(signal: AbortSignal): Promise<XmlElement | undefined> {
    if (!this.#byEnumeration) {
      try {
        return await this.#wsman.getUnlisted("CIM_AssociatedPowerManagementService", { signal });
      } catch (error) {
        if (!(error instanceof AmtError && error.unknownClass)) throw error;
        this.#byEnumeration = true;
      }
    }
    const builder = this.#wsman.cim.ServiceAvailableToElement;
    const found = await this.#wsman.enumerate("CIM_ServiceAvailableToElement", builder, { signal });
    return found.find((instance) => instance.number("PowerState") !== undefined);
  }
}
