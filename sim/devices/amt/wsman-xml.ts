import type { CimInstance, CimReference, CimScalar, CimValue } from "./cim-class.ts";
import { ANONYMOUS, classUri, NS } from "./namespaces.ts";
import type { WsmanFault } from "./wsman-fault.ts";

/** What goes into an answer's header beside the message's own number. */
export interface AnswerHeader {
  readonly relatesTo: string;
  readonly action: string;
  readonly resourceUri?: string;
}

/**
 * Writes answers as AMT does: prefixes a (SOAP), b (addressing), c (WS-Management), then g and h for what the body needs,
 * all declared on the envelope; message numbers in the form 00000000-8086-8086-8086-....
 */
export class WsmanXml {
  #messages = 0;

  /** One instance, as Get and Put answer. */
  instance(header: AnswerHeader, className: string, value: CimInstance): string {
    const body = `<g:${className}>${properties("g", value)}</g:${className}>`;
    return this.#envelope(header, body, { g: classUri(className), h: NS.common });
  }

  /** The output of a method. */
  output(header: AnswerHeader, className: string, method: string, value: CimInstance): string {
    const body = `<g:${method}_OUTPUT>${properties("g", value)}</g:${method}_OUTPUT>`;
    return this.#envelope(header, body, { g: classUri(className) });
  }

  /** The answer to Enumerate. */
  enumeration(header: AnswerHeader, context: string): string {
    const inner = `<g:EnumerationContext>${context}</g:EnumerationContext>`;
    const body = `<g:EnumerateResponse>${inner}</g:EnumerateResponse>`;
    return this.#envelope(header, body, { g: NS.enumeration });
  }

  /** The answer to Pull: with the context of the rest, or with the end of the sequence. */
  items(header: AnswerHeader, className: string, values: readonly CimInstance[], rest?: string): string {
    const items = values.map((value) => `<h:${className}>${properties("h", value, "i")}</h:${className}>`);
    const before = rest === undefined ? "" : `<g:EnumerationContext>${rest}</g:EnumerationContext>`;
    const after = rest === undefined ? "<g:EndOfSequence></g:EndOfSequence>" : "";
    const body = `<g:PullResponse>${before}<g:Items>${items.join("")}</g:Items>${after}</g:PullResponse>`;
    return this.#envelope(header, body, { g: NS.enumeration, h: classUri(className), i: NS.common });
  }

  /** An answer that has nothing to say, as to Release. */
  empty(header: AnswerHeader): string {
    return this.#envelope(header, "", {});
  }

  /** What the engine is, without any header: WS-Management's Identify. */
  identify(version: string): string {
    const body =
      `<g:IdentifyResponse><g:ProtocolVersion>${NS.wsman}</g:ProtocolVersion>` +
      `<g:ProductVendor>Intel(r)</g:ProductVendor><g:ProductVersion>AMT ${version}</g:ProductVersion></g:IdentifyResponse>`;
    return `${declaration({ a: NS.soap, g: NS.identity })}<a:Header></a:Header><a:Body>${body}</a:Body></a:Envelope>`;
  }

  fault(relatesTo: string, fault: WsmanFault): string {
    const header = { relatesTo, action: `${NS.addressing}/fault` };
    const detail = fault.amtStatus === undefined ? "" : `AMT-STATUS ${fault.amtStatus}`;
    const body =
      `<a:Fault><a:Code><a:Value>a:Sender</a:Value><a:Subcode><a:Value>g:${fault.subcode.name}</a:Value></a:Subcode></a:Code>` +
      `<a:Reason><a:Text xml:lang="en-US">${escaped(fault.message)}</a:Text></a:Reason><a:Detail>${detail}</a:Detail></a:Fault>`;
    return this.#envelope(header, body, { g: fault.subcode.namespace });
  }

  #envelope(header: AnswerHeader, body: string, namespaces: Readonly<Record<string, string>>): string {
    this.#messages += 1;
    const number = this.#messages.toString(16).toUpperCase().padStart(12, "0");
    const uri =
      header.resourceUri === undefined ? "" : `<c:ResourceURI>${escaped(header.resourceUri)}</c:ResourceURI>`;
    return (
      `${declaration({ a: NS.soap, b: NS.addressing, c: NS.wsman, ...namespaces })}<a:Header><b:To>${ANONYMOUS}</b:To>` +
      `<b:RelatesTo>${escaped(header.relatesTo)}</b:RelatesTo>` +
      `<b:Action a:mustUnderstand="true">${escaped(header.action)}</b:Action>` +
      `<b:MessageID>uuid:00000000-8086-8086-8086-${number}</b:MessageID>${uri}</a:Header><a:Body>${body}</a:Body></a:Envelope>`
    );
  }
}

function declaration(namespaces: Readonly<Record<string, string>>): string {
  const attributes = Object.entries(namespaces).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  return `<?xml version="1.0" encoding="UTF-8"?><a:Envelope${attributes.join("")}>`;
}

/** `common` is the prefix of the namespace that CIM's Datetime is in. */
function properties(prefix: string, instance: CimInstance, common = "h"): string {
  return Object.entries(instance)
    .flatMap(([name, value]) =>
      contents(value, common).map((content) => `<${prefix}:${name}>${content}</${prefix}:${name}>`),
    )
    .join("");
}

/** The contents of the element, or of each of the repeated elements. */
function contents(value: CimValue, common: string): string[] {
  if (value === undefined) return [];
  if (isArray(value)) return value.map((scalar) => escaped(String(scalar)));
  if (typeof value !== "object") return [escaped(String(value))];
  if ("datetime" in value) return [`<${common}:Datetime>${escaped(value.datetime)}</${common}:Datetime>`];
  return [reference(value)];
}

function reference({ to, selectors }: CimReference): string {
  const set = Object.entries(selectors).map(
    ([name, value]) => `<c:Selector Name="${escaped(name)}">${escaped(value)}</c:Selector>`,
  );
  return (
    `<b:Address>${ANONYMOUS}</b:Address><b:ReferenceParameters><c:ResourceURI>${classUri(to)}</c:ResourceURI>` +
    `<c:SelectorSet>${set.join("")}</c:SelectorSet></b:ReferenceParameters>`
  );
}

/** `Array.isArray` does not narrow read-only arrays. */
function isArray(value: CimValue): value is readonly CimScalar[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
