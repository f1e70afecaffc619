import { NS } from "./namespaces.ts";
import { WsmanFault } from "./wsman-fault.ts";
import { selectorsIn } from "./wsman-request.ts";
import type { XmlElement } from "./xml-element.ts";

/** A reference to an instance, as in WS-Addressing's EndpointReference. */
export interface InstanceReference {
  readonly resourceUri: string;
  readonly selectors: ReadonlyMap<string, string>;
}

/** The parameters of a method call: the children of <Method>_INPUT, which have the namespace of the class. */
export class MethodInput {
  readonly #element: XmlElement | undefined;
  readonly #namespace: string;

  constructor(element: XmlElement | undefined, namespace: string) {
    this.#element = element;
    this.#namespace = namespace;
  }

  /** @throws WsmanFault when the parameter is missing or no unsigned number. */
  number(name: string): number {
    const text = this.#element?.child(this.#namespace, name)?.text;
    if (text === undefined || !/^\d{1,5}$/.test(text)) {
      throw WsmanFault.schemaValidation(`${name} is not an unsigned 16-bit number`);
    }
    return Number(text);
  }

  /** Undefined when the parameter is missing. @throws WsmanFault when it is there and no reference. */
  reference(name: string): InstanceReference | undefined {
    const element = this.#element?.child(this.#namespace, name);
    if (element === undefined) return undefined;
    const parameters = element.child(NS.addressing, "ReferenceParameters");
    const resourceUri = parameters?.child(NS.wsman, "ResourceURI")?.text;
    if (resourceUri === undefined) throw WsmanFault.schemaValidation(`${name} is no endpoint reference`);
    return { resourceUri, selectors: selectorsIn(parameters) };
  }
}
