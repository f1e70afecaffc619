import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Reachability } from "../../../tools/reachability.ts";
import { HashTable } from "../../../tools/versions/hash-table.ts";
import { imageDigest, imageManifestUrl } from "../../../tools/versions/image-digest.ts";
import { check, type PinResult, pin } from "../../../tools/versions/pin.ts";
import { type Pinnable, pinnables } from "../../../tools/versions/pinnable.ts";
import { sha256Of, ToolBench } from "./tool-bench.ts";

const versions = new URL("../../../components/versions.ts", import.meta.url);

describe("pinning versions", () => {
  let bench: ToolBench;
  let file: string;
  let table: HashTable;
  let reported: PinResult[];
  beforeEach(async () => {
    bench = new ToolBench();
    await bench.start();
    file = join(bench.folder, "versions.ts");
    writeFileSync(file, readFileSync(versions));
    table = new HashTable(file);
    reported = [];
  });
  afterEach(() => bench.close());

  const item = (path: string, hash = ""): Pinnable => ({
    kind: "tool",
    key: `bench@v1${path}`,
    url: bench.url(path),
    hash,
  });
  const options = () => ({
    cache: bench.cache,
    reachability: new Reachability(500),
    report: (result: PinResult) => void reported.push(result),
  });

  it("writes the sha256 of what it downloads into the table and leaves the rest of the file alone", async () => {
    const before = readFileSync(file, "utf8");
    const content = Buffer.from("released");
    bench.files.set("/a", content);
    await pin([item("/a")], table, options());
    const after = readFileSync(file, "utf8");
    assert.equal(table.read().get("bench@v1/a"), sha256Of(content));
    assert.equal(after.replace(/\n? {2}"bench@v1\/a":\s+"[0-9a-f]{64}",\n/, ""), before);
    assert.deepEqual(bench.leftovers, []);
  });

  it("keeps the entries sorted and broken at the formatter's width", async () => {
    const long = `/${"x".repeat(60)}`;
    bench.files.set("/b", Buffer.from("b"));
    bench.files.set("/a", Buffer.from("a"));
    bench.files.set(long, Buffer.from("long"));
    await pin([item("/b"), item("/a"), item(long)], table, options());
    const text = readFileSync(file, "utf8");
    assert.ok(text.indexOf('"bench@v1/a": "') < text.indexOf('"bench@v1/b": "'));
    assert.ok(text.includes(`"bench@v1${long}":\n    "${sha256Of(Buffer.from("long"))}",`));
  });

  it("keeps going after a failure, invents nothing, and tells what failed", async () => {
    bench.files.set("/b", Buffer.from("b"));
    const results = await pin([item("/absent"), item("/b")], table, options());
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ["failed", "pinned"],
    );
    assert.match(results[0]?.detail ?? "", /answered 404/);
    assert.equal(table.read().has("bench@v1/absent"), false);
    assert.deepEqual(reported, results);
  });

  it("leaves alone what is pinned", async () => {
    bench.files.set("/a", Buffer.from("released"));
    await pin([item("/a")], table, options());
    bench.files.set("/a", Buffer.from("replaced"));
    assert.deepEqual(await pin([item("/a")], table, options()), []);
    assert.equal(table.read().get("bench@v1/a"), sha256Of(Buffer.from("released")));
  });

  it("finds by checking what has changed, what is gone, what was never pinned", async () => {
    for (const path of ["/same", "/changed"]) bench.files.set(path, Buffer.from("now"));
    const now = sha256Of(Buffer.from("now"));
    const items = [
      item("/same", now),
      item("/changed", sha256Of(Buffer.from("then"))),
      item("/gone", now),
      item("/new"),
    ];
    const outcomes = (await check(items, options())).map((result) => [result.item.url, result.outcome]);
    assert.deepEqual(Object.fromEntries(outcomes), {
      [bench.url("/same")]: "unchanged",
      [bench.url("/changed")]: "changed",
      [bench.url("/gone")]: "failed",
      [bench.url("/new")]: "failed",
    });
  });

  it("refuses a file without the table", () => {
    writeFileSync(file, "export {};\n");
    assert.throws(() => table.set("a", "b"), /has no table of hashes/);
  });

  it("asks a registry for the digest behind a tag, with an anonymous token when it wants one", async () => {
    const index = Buffer.from('{"schemaVersion":2}');
    bench.files.set("/v2/library/node/manifests/22", (request, response) => {
      if (request.headers.authorization === "Bearer let-me-in") {
        assert.match(request.headers.accept ?? "", /oci\.image\.index/);
        response.end(index);
        return;
      }
      const realm = bench.url("/token");
      const challenge = `Bearer realm="${realm}",service="registry",scope="repository:library/node:pull"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
    });
    bench.files.set(
      "/token?service=registry&scope=repository%3Alibrary%2Fnode%3Apull",
      (_request, response) => {
        response.end('{"token":"let-me-in"}');
      },
    );
    assert.equal(await imageDigest(bench.url("/v2/library/node/manifests/22")), `sha256:${sha256Of(index)}`);
  });

  it("knows where images live", () => {
    assert.equal(
      imageManifestUrl("docker.io/library/node", "22"),
      "https://registry-1.docker.io/v2/library/node/manifests/22",
    );
    assert.equal(imageManifestUrl("quay.io/a/b", "c"), "https://quay.io/v2/a/b/manifests/c");
  });

  it("offers every public thing once, and nothing that only exists here", () => {
    const keys = pinnables(["linux-amd64"]).map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
    assert.ok(
      keys.some((key) => key.startsWith("pulumi@v")),
      "the archive that two tools share",
    );
    assert.ok(!keys.some((key) => key.startsWith("pulumi-language-nodejs@")));
    assert.ok(!keys.some((key) => key.startsWith("localhost/")));
  });
});
