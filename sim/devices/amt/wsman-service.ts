import type { CimClass, CimInstance } from "./cim-class.ts";
import { Enumerations } from "./enumerations.ts";
import { MethodInput } from "./method-input.ts";
import { classUri, NS } from "./namespaces.ts";
import { WsmanFault } from "./wsman-fault.ts";
import type { WsmanRequest } from "./wsman-request.ts";
import { WsmanXml } from "./wsman-xml.ts";

export interface ServiceRules {
  readonly pullItems: number | null;
}

/**
 * WS-Management over the engine's classes: Get, Put, Enumerate, Pull, Release, the classes' own methods, and Identify.
 * Whether a caller may do so was judged before.
 */
export class WsmanService {
  readonly #classes: ReadonlyMap<string, CimClass>;
  readonly #rules: () => ServiceRules;
  readonly #version: string;
  readonly #enumerations = new Enumerations();
  readonly #xml = new WsmanXml();

  constructor(classes: readonly CimClass[], version: string, rules: () => ServiceRules) {
    this.#classes = new Map(classes.map((known) => [classUri(known.name), known]));
    this.#version = version;
    this.#rules = rules;
  }

  /** "CIM_BootService.SetBootConfigRole", "AMT_BootSettingData.Put", "Identify"; "invalid" for what is neither. */
  operation(request: WsmanRequest): string {
    if (request.isIdentify) return "Identify";
    const className = this.#classes.get(request.resourceUri)?.name;
    const verb = request.action.slice(request.action.lastIndexOf("/") + 1);
    return className === undefined || verb === "" ? "invalid" : `${className}.${verb}`;
  }

  /** The answer as XML. @throws WsmanFault */
  answer(request: WsmanRequest): string {
    if (request.isIdentify) return this.#xml.identify(this.#version);
    const known = this.#classes.get(request.resourceUri);
    if (known === undefined) throw WsmanFault.destinationUnreachable();
    switch (request.action) {
      case `${NS.transfer}/Get`:
        return this.#get(known, request);
      case `${NS.transfer}/Put`:
        return this.#put(known, request);
      case `${NS.enumeration}/Enumerate`:
        return this.#enumerate(known, request);
      case `${NS.enumeration}/Pull`:
        return this.#pull(known, request);
      case `${NS.enumeration}/Release`:
        this.#enumerations.release(enumerationContext(request));
        return this.#xml.empty(header(request));
      default:
        return this.#invoke(known, request);
    }
  }

  /** A fault as XML. */
  fault(relatesTo: string, fault: WsmanFault): string {
    return this.#xml.fault(relatesTo, fault);
  }

  #get(known: CimClass, request: WsmanRequest): string {
    const chosen = known.instances().find((instance) => fits(instance, request.selectors));
    if (chosen === undefined) throw WsmanFault.invalidSelectors();
    return this.#xml.instance(header(request), known.instanceClass ?? known.name, chosen);
  }

  #put(known: CimClass, request: WsmanRequest): string {
    if (known.put === undefined) throw WsmanFault.destinationUnreachable();
    if (!request.content?.is(classUri(known.name), known.name)) {
      throw WsmanFault.schemaValidation(`the body is no ${known.name}`);
    }
    if (!known.instances().some((instance) => fits(instance, request.selectors)))
      throw WsmanFault.invalidSelectors();
    known.put(request.content);
    return this.#xml.instance(header(request), known.name, known.instances()[0] ?? {});
  }

  #enumerate(known: CimClass, request: WsmanRequest): string {
    if (!request.content?.is(NS.enumeration, "Enumerate"))
      throw WsmanFault.schemaValidation("the body is no Enumerate");
    return this.#xml.enumeration(
      header(request),
      this.#enumerations.begin(request.resourceUri, known.instances()),
    );
  }

  #pull(known: CimClass, request: WsmanRequest): string {
    const context = enumerationContext(request);
    // WS-Enumeration 3.2: one item unless the client takes more.
    const asked = Number(request.content?.child(NS.enumeration, "MaxElements")?.text ?? 1);
    if (!Number.isInteger(asked) || asked < 1)
      throw WsmanFault.schemaValidation("MaxElements is no positive number");
    const most = Math.min(asked, this.#rules().pullItems ?? asked);
    const { items, rest } = this.#enumerations.pull(context, request.resourceUri, most);
    return this.#xml.items(header(request), known.instanceClass ?? known.name, items, rest);
  }

  #invoke(known: CimClass, request: WsmanRequest): string {
    const prefix = `${request.resourceUri}/`;
    const name = request.action.startsWith(prefix) ? request.action.slice(prefix.length) : "";
    const method = Object.hasOwn(known.methods ?? {}, name) ? known.methods?.[name] : undefined;
    if (method === undefined) throw WsmanFault.destinationUnreachable();
    const content = request.content;
    if (content !== undefined && !content.is(request.resourceUri, `${name}_INPUT`)) {
      throw WsmanFault.schemaValidation(`the body is no ${name}_INPUT of ${known.name}`);
    }
    // Selectors of a method's header name a service of which there is one; Intel's own libraries leave them out.
    if (!known.instances().some((instance) => fits(instance, request.selectors)))
      throw WsmanFault.invalidSelectors();
    return this.#xml.output(
      header(request),
      known.name,
      name,
      method(new MethodInput(content, request.resourceUri)),
    );
  }
}

function header(request: WsmanRequest): { relatesTo: string; action: string; resourceUri: string } {
  return {
    relatesTo: request.messageId,
    action: `${request.action}Response`,
    resourceUri: request.resourceUri,
  };
}

function enumerationContext(request: WsmanRequest): string {
  return request.content?.child(NS.enumeration, "EnumerationContext")?.text ?? "";
}

/** Whether the instance has these values; properties that are references are not compared. */
function fits(instance: CimInstance, selectors: ReadonlyMap<string, string>): boolean {
  return [...selectors].every(([name, wanted]) => {
    const value = instance[name];
    return typeof value === "object" || (value !== undefined && String(value) === wanted);
  });
}
