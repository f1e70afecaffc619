import { NS } from "./namespaces.ts";

/** A SOAP fault; AMT sends all of them with HTTP 400. The detail carries AMT's own status number when there is one. */
export class WsmanFault extends Error {
  readonly subcode: { readonly namespace: string; readonly name: string };
  readonly amtStatus: number | undefined;

  constructor(namespace: string, name: string, reason: string, amtStatus?: number) {
    super(reason);
    this.name = "WsmanFault";
    this.subcode = { namespace, name };
    this.amtStatus = amtStatus;
  }

  /** The class or the method does not exist. */
  static destinationUnreachable(): WsmanFault {
    const reason = "No route can be determined to reach the destination role defined by the WSAddressing To.";
    return new WsmanFault(NS.addressing, "DestinationUnreachable", reason);
  }

  /** The message or a value in it is not what the class takes; 36 is PT_STATUS_INVALID_PARAMETER. */
  static schemaValidation(what: string): WsmanFault {
    return new WsmanFault(NS.wsman, "SchemaValidationError", `The message is not valid: ${what}.`, 36);
  }

  static invalidSelectors(): WsmanFault {
    return new WsmanFault(NS.wsman, "InvalidSelectors", "The selectors for the resource are not valid.");
  }

  static invalidEnumerationContext(): WsmanFault {
    return new WsmanFault(
      NS.enumeration,
      "InvalidEnumerationContext",
      "The enumeration context is not valid.",
    );
  }

  /** No right, or no user consent (2081). */
  static accessDenied(amtStatus: number): WsmanFault {
    return new WsmanFault(
      NS.wsman,
      "AccessDenied",
      "The sender was not authorized to access the resource.",
      amtStatus,
    );
  }
}
