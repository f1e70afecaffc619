import { AmtError } from "./amt-error.ts";
import { AmtStatus, RIGHTS_HINT } from "./amt-status.ts";
import type { XmlElement } from "./xml-element.ts";

/** ReturnValue of CIM methods (CIM_PowerManagementService.RequestPowerStateChange and its like). */
const MEANINGS: Readonly<Record<number, string>> = {
  1: "not supported",
  2: "not ready: the transition makes no sense in the present state, or the BIOS is still busy",
  3: "time-out inside AMT",
  4: "failed",
  5: "bad parameter",
  6: "in use: is a SOL, IDE-R or KVM session open?",
  4097: "invalid state transition",
  4098: "time-out parameter not supported",
  4099: "busy",
};
const DONE: ReadonlySet<number> = new Set([0, 4096 /* job started */]);
const PASSING: ReadonlySet<number> = new Set([2, 6, 4099]);
const IMPOSSIBLE: ReadonlySet<number> = new Set([1, 4097]);
/** From here on: AMT's own status number plus this. */
const VENDOR = 32768;

/**
 * Passes when a method accepted what was asked.
 * @throws AmtError refused, timeout or device, naming the number and its meaning
 */
export function checkReturnValue(where: string, method: string, output: XmlElement | undefined): void {
  const value = output?.number("ReturnValue");
  if (value === undefined)
    throw new AmtError("device", `${where}: ${method} was answered without ReturnValue`);
  if (DONE.has(value)) return;
  if (value >= VENDOR) {
    const status = new AmtStatus(value - VENDOR);
    const message = `${where}: ${method} answered ${value}, ${status.text}`;
    if (status.forbidden) throw new AmtError("refused", `${message}; ${RIGHTS_HINT}`);
    if (status.passes) throw new AmtError("refused", message, { busy: true, retryable: true });
    throw new AmtError("device", message);
  }
  const message = `${where}: ${method} answered ${value} (${MEANINGS[value] ?? "meaning unknown"})`;
  if (PASSING.has(value)) throw new AmtError("refused", message, { busy: true, retryable: true });
  if (IMPOSSIBLE.has(value)) throw new AmtError("refused", message);
  // AMT's own time-out says that it gave up, so nothing is under way: as good as silence, though.
  if (value === 3) throw new AmtError("timeout", message, { progress: "silent" });
  throw new AmtError("device", message);
}
