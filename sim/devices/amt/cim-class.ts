import type { MethodInput } from "./method-input.ts";
import type { XmlElement } from "./xml-element.ts";

/** A reference to another instance, written as an endpoint reference. */
export interface CimReference {
  readonly to: string;
  readonly selectors: Readonly<Record<string, string>>;
}

/** A point in time, which CIM wraps into an element of its own. */
export interface CimDatetime {
  readonly datetime: string;
}

export type CimScalar = string | number | boolean;

/** An array is written as repeated elements; undefined not at all. */
export type CimValue = CimScalar | readonly CimScalar[] | CimReference | CimDatetime | undefined;

/** The properties of one instance, in the order of the wire. */
export type CimInstance = Readonly<Record<string, CimValue>>;

/** A class of the engine: its instances as they are now, and what can be done to them. */
export interface CimClass {
  readonly name: string;
  instances(): readonly CimInstance[];
  /** The class that the instances are of, where an enumeration gives those of another (an association's subclass). */
  readonly instanceClass?: string;
  /** Takes a new value of the only instance. @throws WsmanFault */
  readonly put?: (content: XmlElement) => void;
  /** Methods by name; each answers its ReturnValue, and more output where it has some. @throws WsmanFault */
  readonly methods?: Readonly<Record<string, (input: MethodInput) => CimInstance>>;
}
