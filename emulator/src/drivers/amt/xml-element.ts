import { XMLParser } from "fast-xml-parser";

/**
 * Elements only, without prefixes (firmware versions use g:, h: and b: for the same namespaces), all values as text:
 * serial numbers with leading zeros must not become numbers.
 */
const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  // Numeric references too, not only the five names of XML.
  htmlEntities: true,
});

/** One element of an answer, looked into by local names. */
export class XmlElement {
  readonly #content: unknown;

  private constructor(content: unknown) {
    this.#content = content;
  }

  /** The document whose children are the root element. @throws Error when it is not XML */
  static parse(xml: string): XmlElement {
    return new XmlElement(parser.parse(xml, true));
  }

  /** The element's own text, undefined when it has children instead. */
  get value(): string | undefined {
    return typeof this.#content === "string" ? this.#content : undefined;
  }

  /** All text inside, children included: where only a word somewhere in it matters. */
  get allText(): string {
    if (this.value !== undefined) return this.value;
    return this.names.flatMap((name) => this.children(name).map((child) => child.allText)).join(" ");
  }

  get names(): string[] {
    return typeof this.#content === "object" && this.#content !== null ? Object.keys(this.#content) : [];
  }

  children(name: string): XmlElement[] {
    if (typeof this.#content !== "object" || this.#content === null) return [];
    const found = Object.entries(this.#content).find(([key]) => key === name)?.[1];
    if (found === undefined) return [];
    return (Array.isArray(found) ? found : [found]).map((content) => new XmlElement(content));
  }

  /** The first child of this name, or of the path of names; undefined when one is missing. */
  child(...path: readonly string[]): XmlElement | undefined {
    const [name, ...rest] = path;
    if (name === undefined) return this;
    return this.children(name)[0]?.child(...rest);
  }

  /** A child's text without the white space around it; undefined when absent or empty. */
  text(name: string): string | undefined {
    return this.child(name)?.value?.trim() || undefined;
  }

  /** A child's whole number; undefined when absent or not a number. */
  number(name: string): number | undefined {
    const text = this.text(name);
    return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
  }
}
