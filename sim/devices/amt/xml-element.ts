import { DOMParser, type Element } from "@xmldom/xmldom";

/** An element of a message, asked by namespace and name; prefixes, comments and white space do not matter. */
export class XmlElement {
  readonly #element: Element;

  private constructor(element: Element) {
    this.#element = element;
  }

  /** The root of a document; undefined when it is not well-formed, also where a parser would only warn. */
  static parse(text: string): XmlElement | undefined {
    try {
      const parser = new DOMParser({
        onError: (_level, message) => {
          throw new Error(message);
        },
      });
      const root = parser.parseFromString(text, "text/xml").documentElement;
      return root === null ? undefined : new XmlElement(root);
    } catch {
      return undefined;
    }
  }

  get name(): string {
    return this.#element.localName ?? "";
  }

  get namespace(): string {
    return this.#element.namespaceURI ?? "";
  }

  /** The text without the white space around it. */
  get text(): string {
    return (this.#element.textContent ?? "").trim();
  }

  get children(): XmlElement[] {
    return Array.from(this.#element.childNodes)
      .filter((node): node is Element => node.nodeType === node.ELEMENT_NODE)
      .map((element) => new XmlElement(element));
  }

  is(namespace: string, name: string): boolean {
    return this.namespace === namespace && this.name === name;
  }

  child(namespace: string, name: string): XmlElement | undefined {
    return this.children.find((candidate) => candidate.is(namespace, name));
  }

  /** An attribute, with a prefix of that namespace or with none: clients write both `Name` and `wsman:Name`. */
  attribute(namespace: string, name: string): string | undefined {
    return this.#element.getAttributeNS(namespace, name) ?? this.#element.getAttribute(name) ?? undefined;
  }
}
