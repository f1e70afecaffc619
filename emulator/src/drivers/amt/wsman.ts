import { AMT, CIM } from "@device-management-toolkit/wsman-messages";
import { AmtError } from "./amt-error.ts";
import { soapFaultError } from "./soap-fault.ts";
import type { AmtTransport, PostOptions } from "./transport.ts";
import { XmlElement } from "./xml-element.ts";

/** A class of wsman-messages that can be enumerated: it builds the requests. */
interface Enumerable {
  Enumerate(): string;
  Pull(context: string): string;
}

/** More pulls than any inventory needs; AMT answers up to 999 items in one. */
const MAX_PULLS = 50;

// Builders of requests, for all engines together: they hold nothing but a MessageID that counts up, and some 400 closures, which
// one of each for every engine would make 25 MB for a thousand.
const cim = new CIM.Messages();
const amt = new AMT.Messages();

/**
 * WS-Management (DSP0226) as AMT speaks it: request XML by Intel's wsman-messages, which escapes nothing, so whatever
 * came from outside is escaped before it goes in.
 */
export class WsmanClient {
  readonly cim = cim;
  readonly amt = amt;
  readonly #transport: AmtTransport;

  constructor(transport: AmtTransport) {
    this.#transport = transport;
  }

  get where(): string {
    return this.#transport.where;
  }

  /**
   * Sends a request and gives the content of the answer's body.
   * @param what for messages, e.g. "Get CIM_Chassis"
   * @throws AmtError for faults and unreadable answers, and those of {@link AmtTransport.post}
   */
  async call(what: string, request: string, options: PostOptions): Promise<XmlElement> {
    const answer = await this.#transport.post(request, options);
    const body = readBody(answer.body);
    const fault = body?.child("Fault");
    if (fault) throw soapFaultError(this.where, what, fault);
    if (answer.status !== 200 || !body) {
      const message = `${this.where}: ${what} was answered with HTTP ${answer.status}${body ? "" : " and no SOAP body"}`;
      throw new AmtError("device", message);
    }
    return body;
  }

  /** The instance of a class that is there once. */
  async get(name: string, request: string, options: PostOptions): Promise<XmlElement> {
    const instance = (await this.call(`Get ${name}`, request, options)).child(name);
    if (!instance) throw new AmtError("device", `${this.where}: Get ${name} was answered without a ${name}`);
    return instance;
  }

  /** Get for classes that wsman-messages has no builder for. */
  async getUnlisted(name: `CIM_${string}`, options: PostOptions): Promise<XmlElement> {
    const creator = this.cim.wsmanMessageCreator;
    // Its type lists the classes it knows; any name is pasted in.
    const unlisted = name as Parameters<typeof creator.createHeader>[1];
    const header = creator.createHeader("http://schemas.xmlsoap.org/ws/2004/09/transfer/Get", unlisted);
    return this.get(name, creator.createXml(header, creator.createCommonBody.Get()), options);
  }

  /** All instances of a class, whatever their own class is called. */
  async enumerate(name: string, builder: Enumerable, options: PostOptions): Promise<XmlElement[]> {
    const begun = await this.call(`Enumerate ${name}`, builder.Enumerate(), options);
    let context = begun.child("EnumerateResponse")?.text("EnumerationContext");
    const found: XmlElement[] = [];
    for (let pulls = 0; context !== undefined && pulls < MAX_PULLS; pulls += 1) {
      const body = await this.call(`Pull ${name}`, builder.Pull(escapeXml(context)), options);
      const answer = body.child("PullResponse");
      const items = answer?.child("Items");
      for (const item of items?.names ?? []) found.push(...(items?.children(item) ?? []));
      const over = !answer || answer.child("EndOfSequence") !== undefined;
      context = over ? undefined : (answer.text("EnumerationContext") ?? context);
    }
    return found;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  "<": "&lt;",
  ">": "&gt;",
  "&": "&amp;",
  '"': "&quot;",
  "'": "&apos;",
};

/** For text that goes into a request built by wsman-messages. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => ENTITIES[character] ?? character);
}

function readBody(xml: string): XmlElement | undefined {
  try {
    return XmlElement.parse(xml).child("Envelope", "Body");
  } catch {
    return undefined;
  }
}
