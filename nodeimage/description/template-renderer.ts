import nunjucks from "nunjucks";
import { ImageError } from "./image-error.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * Renders Jinja2 templates by nunjucks, strictly: a name that is no variable ends the rendering wherever it is read. By
 * itself nunjucks refuses to print one, but takes it for an empty list in a loop and for false in a condition.
 */
export class TemplateRenderer {
  readonly #environment: nunjucks.Environment;
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, strict(value, name)]),
    );
    this.#environment = new nunjucks.Environment(null, { autoescape: false, throwOnUndefined: true });
    this.#environment.addFilter("base64", (text: unknown) =>
      Buffer.from(String(text), "utf8").toString("base64"),
    );
    // nunjucks looks among its globals (range, cycler, joiner) for what is in no scope: the place to refuse the rest.
    const globals: unknown = Reflect.get(this.#environment, "globals");
    if (typeof globals !== "object" || globals === null) throw new Error("this nunjucks keeps no globals");
    Reflect.set(this.#environment, "globals", refusing(globals));
  }

  /**
   * @param source the template's name in messages.
   * @throws ImageError with the source, the line and the name of an unknown variable, or nunjucks' own complaint.
   */
  render(source: string, text: string): string {
    try {
      return this.#environment.renderString(text, { ...this.#values });
    } catch (error) {
      throw new ImageError(`${source}${complaint(error, text)}`, { cause: error });
    }
  }
}

/** nunjucks' message with the line in front; of an unknown name it does not know the line itself. */
function complaint(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const what = message
    .replace(/^\(unknown path\)\s*/, "")
    .replace(/^\[Line \d+, Column \d+\]\s*/, "")
    .replace(/^Error: /, "");
  const said = /\[Line (\d+), Column \d+\]/.exec(message)?.[1];
  const name = /^\S*?(\w+) is no variable/.exec(what)?.[1];
  const found = name === undefined ? -1 : text.split("\n").findIndex((line) => line.includes(name));
  const line = said ?? (found < 0 ? undefined : String(found + 1));
  return `${line === undefined ? "" : `, line ${line}`}: ${what}`;
}

function unknown(name: string): Error {
  return new Error(
    `${name} is no variable: add it to vars.yaml (custom is for variables of your own), or correct the name`,
  );
}

/** Any name is looked up in it, and only its own are found. */
function refusing(globals: object): object {
  return new Proxy(globals, {
    has: () => true,
    get(target, name) {
      if (typeof name === "symbol" || Object.hasOwn(target, name)) return Reflect.get(target, name);
      throw unknown(name);
    },
  });
}

/** A map of which no key can be read that it does not have. */
function strict(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((element, index) => strict(element, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, strict(inner, `${path}.${key}`)]);
  return new Proxy(Object.fromEntries(entries) as object, {
    get(target, name) {
      // toJSON is what JSON.stringify asks for, in the filter `dump`.
      if (typeof name === "symbol" || name === "toJSON" || Object.hasOwn(target, name))
        return Reflect.get(target, name);
      throw unknown(`${path}.${name}`);
    },
  });
}
