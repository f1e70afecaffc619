import { NS } from "./namespaces.ts";
import { WsmanFault } from "./wsman-fault.ts";
import { XmlElement } from "./xml-element.ts";

/** A SOAP message as the engine understands it, whatever prefixes it came with (DSP0226). */
export class WsmanRequest {
  /** Empty for Identify, which has no header. */
  readonly action: string;
  readonly resourceUri: string;
  /** As sent, to be given back in RelatesTo: "uuid:..." or a number. */
  readonly messageId: string;
  readonly selectors: ReadonlyMap<string, string>;
  /** The one element in the body, if there is one. */
  readonly content: XmlElement | undefined;

  /** @throws WsmanFault when it is no well-formed SOAP 1.2 envelope. */
  constructor(message: string) {
    const envelope = XmlElement.parse(message);
    if (envelope === undefined) throw WsmanFault.schemaValidation("not well-formed XML");
    if (!envelope.is(NS.soap, "Envelope")) throw WsmanFault.schemaValidation("no SOAP 1.2 Envelope");
    const header = envelope.child(NS.soap, "Header");
    const body = envelope.child(NS.soap, "Body");
    if (body === undefined) throw WsmanFault.schemaValidation("no Body");
    this.action = header?.child(NS.addressing, "Action")?.text ?? "";
    this.resourceUri = header?.child(NS.wsman, "ResourceURI")?.text ?? "";
    this.messageId = header?.child(NS.addressing, "MessageID")?.text ?? "";
    this.selectors = selectorsIn(header);
    this.content = body.children[0];
  }

  get isIdentify(): boolean {
    return this.content?.is(NS.identity, "Identify") ?? false;
  }
}

/** The selectors of the SelectorSet in `parent`, by name. */
export function selectorsIn(parent: XmlElement | undefined): ReadonlyMap<string, string> {
  const set = parent?.child(NS.wsman, "SelectorSet");
  const selectors = (set?.children ?? []).filter((element) => element.is(NS.wsman, "Selector"));
  return new Map(selectors.map((selector) => [selector.attribute(NS.wsman, "Name") ?? "", selector.text]));
}
