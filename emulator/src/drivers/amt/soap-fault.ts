import { AmtError } from "./amt-error.ts";
import { AmtStatus, RIGHTS_HINT } from "./amt-status.ts";
import type { XmlElement } from "./xml-element.ts";

/** Sub-codes of faults (DSP0226) that pass by themselves. */
const BUSY: ReadonlySet<string> = new Set(["Concurrency", "QuotaLimit", "InternalError"]);

/**
 * A SOAP 1.2 fault as an error that names the request, the sub-code, AMT's own status and the reason given.
 * @param what the request, e.g. "Put AMT_BootSettingData"
 */
export function soapFaultError(where: string, what: string, fault: XmlElement): AmtError {
  const code = localName(fault.child("Code")?.text("Value"));
  const subcode = localName(fault.child("Code", "Subcode")?.text("Value"));
  const reason = fault.child("Reason")?.allText.trim() ?? "";
  const detail = fault.child("Detail")?.allText ?? "";
  const number = /AMT-?STATUS\D{0,3}(\d+)/i.exec(`${detail} ${reason}`)?.[1];
  const status = number === undefined ? undefined : new AmtStatus(Number(number));
  const said = [subcode || code || "a fault without a code", status?.text, reason].filter(Boolean).join(", ");
  const message = `${where}: ${what} failed: ${said}`;
  if (subcode === "AccessDenied" || status?.forbidden) {
    return new AmtError("refused", `${message}; ${RIGHTS_HINT}`);
  }
  if (subcode === "DestinationUnreachable" || subcode === "ActionNotSupported") {
    return new AmtError("refused", `${message}; this firmware does not know it`, { unknownClass: true });
  }
  if (subcode === "TimedOut") return new AmtError("timeout", message);
  if (status?.passes || BUSY.has(subcode)) {
    return new AmtError("refused", message, { busy: true, retryable: true });
  }
  return new AmtError("device", message);
}

/** Values of fault codes are qualified names. */
function localName(value: string | undefined): string {
  return value?.slice(value.indexOf(":") + 1) ?? "";
}
