import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly body: string;
  readonly etag: string;
}

const folder = new URL("./page/", import.meta.url);

/** By the names that browsers ask for. Modules from npm are served as their packages have them, for browsers need no bundle of two. */
const LIBRARIES: Readonly<Record<string, string>> = { "preact.js": "preact", "htm.js": "htm" };
const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  svg: "image/svg+xml",
};

/** The files of the page, read when somebody first opens it and kept: an emulator that nobody looks at holds none. */
export class PageAssets {
  readonly #assets = new Map<string, Promise<Asset | undefined>>();

  /** @returns undefined when there is no such file */
  find(name: string): Promise<Asset | undefined> {
    const known = this.#assets.get(name);
    if (known) return known;
    const source = sourceOf(name);
    if (!source) return Promise.resolve(undefined);
    const asset = load(name, source);
    this.#assets.set(name, asset);
    // A failure is not kept.
    asset.catch(() => this.#assets.delete(name));
    return asset;
  }
}

/** Where a file is: as JavaScript in the image, as TypeScript in the repository. */
function sourceOf(name: string): URL | undefined {
  const library = Object.hasOwn(LIBRARIES, name) ? LIBRARIES[name] : undefined;
  if (library !== undefined) return new URL(import.meta.resolve(library));
  if (!/^[a-z][a-z-]*\.(js|css|html|svg)$/.test(name)) return undefined;
  const names = name.endsWith(".js") ? [name, name.replace(/\.js$/, ".ts")] : [name];
  return names.map((file) => new URL(file, folder)).find((url) => existsSync(fileURLToPath(url)));
}

async function load(name: string, source: URL): Promise<Asset> {
  const text = await readFile(source, "utf8");
  const body = name.endsWith(".js") ? script(text, source) : text;
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return { type: TYPES[name.replace(/^.*\./, "")] ?? "application/octet-stream", body, etag };
}

/** Imports as browsers want them: by addresses, without an import map, which the page's policy would have to let through. */
function script(text: string, source: URL): string {
  const plain = source.pathname.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
  return plain
    .replace(/^\/\/# sourceMappingURL=.*$/gm, "")
    .replace(/\b(from|import) ?"(\.{1,2}\/[^"\n]+)\.ts"/g, '$1 "$2.js"')
    .replace(/\b(from|import) ?"(preact|htm)"/g, '$1 "./$2.js"');
}
