import { createHash } from "node:crypto";
import { Agent, type IncomingHttpHeaders, request } from "node:http";

export interface WsmanAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/";
const INTEL = "http://intel.com/wbem/wscim/1/";
const ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration";
const md5 = (text: string) => createHash("md5").update(text).digest("hex");

export function uri(className: string): string {
  if (className.startsWith("CIM_")) return CIM + className;
  return `${INTEL}${className.slice(0, 3).toLowerCase()}-schema/1/${className}`;
}

/** All texts of that element, whatever its prefix. */
export function texts(xml: string, name: string): string[] {
  const pattern = new RegExp(`<(?:[\\w-]+:)?${name}(?:\\s[^>]*)?>([^<]*)</`, "g");
  return [...xml.matchAll(pattern)].map((match) => match[1] ?? "");
}

/** A SOAP message with the prefixes of Intel's libraries; `content` is what stands in the body. */
export function envelope(action: string, resourceUri: string, content = "", selectors = ""): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?><Envelope xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
    'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns="http://www.w3.org/2003/05/soap-envelope">' +
    `<Header><a:Action>${action}</a:Action><a:To>/wsman</a:To><w:ResourceURI>${resourceUri}</w:ResourceURI>` +
    "<a:MessageID>7</a:MessageID><a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous" +
    `</a:Address></a:ReplyTo><w:OperationTimeout>PT60S</w:OperationTimeout>${selectors}</Header><Body>${content}</Body></Envelope>`
  );
}

/** An endpoint reference as a method's parameter; the attribute's prefix is the `amt` package's. */
export function reference(className: string, selector: string, value: string): string {
  return (
    "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address><a:ReferenceParameters>" +
    `<w:ResourceURI>${uri(className)}</w:ResourceURI><w:SelectorSet><w:Selector w:Name="${selector}">${value}</w:Selector>` +
    "</w:SelectorSet></a:ReferenceParameters>"
  );
}

/**
 * A WS-Management client after DSP0226 and the Intel AMT SDK: digest by hand, so that a test can do everything wrong.
 */
export class WsmanClient {
  readonly address: string;
  username: string;
  password: string;
  realm = "";
  nonce = "";
  count = 0;
  /** As sent; how a client writes its digest fields is its own affair. */
  quoteQop = false;

  constructor(address: string, username = "admin", password = "Simulated-1") {
    this.address = address;
    this.username = username;
    this.password = password;
  }

  /** One POST to /wsman, as it is. */
  post(body: string, headers: Record<string, string> = {}, path = "/wsman"): Promise<WsmanAnswer> {
    return new Promise((resolve, reject) => {
      const agent = new Agent({ keepAlive: false });
      const outgoing = request(
        `http://${this.address}${path}`,
        { method: "POST", headers, agent },
        (incoming) => {
          let text = "";
          incoming.setEncoding("utf8");
          incoming.on("data", (chunk: string) => {
            text += chunk;
          });
          incoming.on("error", reject);
          incoming.on("end", () =>
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
          );
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  /** Takes the nonce of a challenge. */
  async challenge(body = ""): Promise<WsmanAnswer> {
    const answer = await this.post(body);
    this.take(answer);
    return answer;
  }

  take(answer: WsmanAnswer): void {
    const header = String(answer.headers["www-authenticate"]);
    this.realm = /realm="([^"]*)"/.exec(header)?.[1] ?? "";
    this.nonce = /nonce="([^"]*)"/.exec(header)?.[1] ?? "";
    this.count = 0;
  }

  authorization(nc: string, qop = "auth", body = ""): string {
    const cnonce = "0a4f113b";
    const ha1 = md5(`${this.username}:${this.realm}:${this.password}`);
    const ha2 = md5(qop === "auth-int" ? `POST:/wsman:${md5(body)}` : "POST:/wsman");
    const response = md5(`${ha1}:${this.nonce}:${nc}:${cnonce}:${qop}:${ha2}`);
    const qopField = this.quoteQop ? `qop="${qop}", algorithm="MD5", nc="${nc}"` : `qop=${qop}, nc=${nc}`;
    return (
      `Digest username="${this.username}", realm="${this.realm}", nonce="${this.nonce}", uri="/wsman", ` +
      `${qopField}, cnonce="${cnonce}", response="${response}"`
    );
  }

  /** With the nonce at hand and the next nc; no second try. */
  once(body: string): Promise<WsmanAnswer> {
    this.count += 1;
    const nc = this.count.toString(16).padStart(8, "0");
    return this.post(body, { Authorization: this.authorization(nc) });
  }

  /** Logs in when it has to. */
  async send(body: string): Promise<WsmanAnswer> {
    if (this.nonce === "") await this.challenge();
    const answer = await this.once(body);
    if (answer.status !== 401) return answer;
    this.take(answer);
    return this.once(body);
  }

  get(className: string, selectors = ""): Promise<WsmanAnswer> {
    return this.send(
      envelope("http://schemas.xmlsoap.org/ws/2004/09/transfer/Get", uri(className), "", selectors),
    );
  }

  put(className: string, properties: Record<string, string>): Promise<WsmanAnswer> {
    const content = Object.entries(properties).map(([name, value]) => `<h:${name}>${value}</h:${name}>`);
    const body = `<h:${className} xmlns:h="${uri(className)}">${content.join("")}</h:${className}>`;
    return this.send(envelope("http://schemas.xmlsoap.org/ws/2004/09/transfer/Put", uri(className), body));
  }

  invoke(className: string, method: string, parameters = ""): Promise<WsmanAnswer> {
    const body = `<h:${method}_INPUT xmlns:h="${uri(className)}">${parameters}</h:${method}_INPUT>`;
    return this.send(envelope(`${uri(className)}/${method}`, uri(className), body));
  }

  enumerate(className: string): Promise<WsmanAnswer> {
    const body = `<Enumerate xmlns="${ENUMERATION}"/>`;
    return this.send(envelope(`${ENUMERATION}/Enumerate`, uri(className), body));
  }

  pull(className: string, context: string, most = 999): Promise<WsmanAnswer> {
    const body = `<Pull xmlns="${ENUMERATION}"><EnumerationContext>${context}</EnumerationContext><MaxElements>${most}</MaxElements></Pull>`;
    return this.send(envelope(`${ENUMERATION}/Pull`, uri(className), body));
  }

  /** Enumerate and one Pull. */
  async list(className: string): Promise<WsmanAnswer> {
    const context = texts((await this.enumerate(className)).text, "EnumerationContext")[0] ?? "";
    return this.pull(className, context);
  }

  /** The ReturnValue of RequestPowerStateChange. */
  async power(state: number): Promise<number> {
    const element = reference("CIM_ComputerSystem", "Name", "ManagedSystem");
    const parameters = `<h:PowerState>${state}</h:PowerState><h:ManagedElement>${element}</h:ManagedElement>`;
    return returnValue(
      await this.invoke("CIM_PowerManagementService", "RequestPowerStateChange", parameters),
    );
  }

  async powerState(): Promise<number> {
    return Number(texts((await this.get("CIM_AssociatedPowerManagementService")).text, "PowerState")[0]);
  }

  /** The ReturnValue of ChangeBootOrder; without a source it clears the order. */
  async bootOrder(source?: string): Promise<number> {
    const parameters =
      source === undefined
        ? ""
        : `<h:Source>${reference("CIM_BootSourceSetting", "InstanceID", source)}</h:Source>`;
    return returnValue(await this.invoke("CIM_BootConfigSetting", "ChangeBootOrder", parameters));
  }

  /** The ReturnValue of SetBootConfigRole. */
  async bootRole(
    role: number,
    setting = "Intel(r) AMT: Boot Configuration 0",
    className = "CIM_BootConfigSetting",
  ) {
    const parameters = `<h:BootConfigSetting>${reference(className, "InstanceID", setting)}</h:BootConfigSetting><h:Role>${role}</h:Role>`;
    return returnValue(await this.invoke("CIM_BootService", "SetBootConfigRole", parameters));
  }
}

/** @throws Error with the whole answer when there is none. */
export function returnValue(answer: WsmanAnswer): number {
  const value = texts(answer.text, "ReturnValue")[0];
  if (value === undefined) throw new Error(`no ReturnValue in HTTP ${answer.status}: ${answer.text}`);
  return Number(value);
}
