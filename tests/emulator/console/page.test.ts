import assert from "node:assert/strict";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";

const LIMIT_BYTES = 100_000;

describe("the console's page", () => {
  let test: TestEmulator;
  before(async () => {
    test = await testEmulator();
  });
  after(() => test.stop());

  /** Everything that a browser loads, by following what each file names. */
  const load = async (): Promise<Map<string, string>> => {
    const files = new Map<string, string>();
    const waiting = ["/console/"];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (files.has(path)) continue;
      const { status, text } = await test.anonymous.get(path);
      assert.equal(status, 200, path);
      files.set(path, text);
      const named = [
        ...text.matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g),
        ...text.matchAll(/url\("([^"]+)"\)/g),
        ...text.matchAll(/\b(?:from|import) ?"([^"]+)"/g),
      ];
      for (const [, name = ""] of named) waiting.push(new URL(name, `https://x${path}`).pathname);
    }
    return files;
  };

  it("weighs less than 100 kB with all that belongs to it", async () => {
    const files = await load();
    assert.ok(files.size > 10, [...files.keys()].join(" "));
    const bytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    assert.ok(bytes < LIMIT_BYTES, `${bytes} bytes`);
  });

  it("asks for all its scripts at once, not one after the other as each names the next", async () => {
    const files = await load();
    const page = files.get("/console/") ?? "";
    for (const path of files.keys()) {
      if (path.endsWith(".js")) assert.ok(page.includes(`="${path}"`), `${path} is named in index.html`);
    }
    const preloads = [...page.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, path = ""]) => path);
    const imported = [...files].flatMap(([path, text]) =>
      [...text.matchAll(/\b(?:from|import) ?"([^"]+)"/g)].map(
        ([, name = ""]) => new URL(name, `https://x${path}`).pathname,
      ),
    );
    for (const path of preloads) assert.ok(imported.includes(path), `${path} is needed by a script`);
  });

  it("names nothing outside, and its policy would stop what did", async () => {
    const { headers } = await test.anonymous.get("/console/");
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|https?:|data:|\*/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    for (const [path, text] of await load()) {
      const outside = [...text.matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([url]) => url);
      assert.deepEqual(
        outside.filter((url) => !url.startsWith("http://www.w3.org/")),
        [],
        path,
      );
    }
  });

  it("is not loaded anew where it has not changed", async () => {
    const { headers } = await test.anonymous.get("/console/assets/main.js");
    const again = await test.anonymous.get("/console/assets/main.js", {
      "If-None-Match": String(headers.etag),
    });
    assert.equal(again.status, 304);
  });

  it("is reached without the slash, and serves no other file", async () => {
    const answer = await test.anonymous.get("/console");
    assert.deepEqual([answer.status, answer.headers.location], [302, "/console/"]);
    for (const path of ["/console/assets/none.js", "/console/assets/..%2Fconsole.js", "/console/x"]) {
      assert.equal((await test.anonymous.get(path)).status, 404, path);
    }
    assert.equal((await test.anonymous.get("/consoles")).status, 401, "Redfish's own answer to strangers");
  });
});
