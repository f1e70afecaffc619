import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchRelease, type Release } from "../../../components/manifests/fetch-release.ts";
import { ManifestError } from "../../../components/manifests/manifest-error.ts";
import { ReleaseServer, sha256 } from "./release-server.ts";

describe("fetching a release manifest", () => {
  const text = "apiVersion: v1\nkind: Namespace\nmetadata: { name: capm3-system }\n";
  const quick = { backOff: 1 };
  let server: ReleaseServer;
  let folder: string;

  beforeEach(async () => {
    server = await ReleaseServer.start();
    folder = await mkdtemp(join(tmpdir(), "edge-lab-release-"));
  });
  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function release(changes: Partial<Release> = {}): Release {
    return {
      origin: "capm3 v1.13.2",
      url: server.url("/components.yaml"),
      sha256: sha256(text),
      cacheFile: join(folder, "release", "capm3-v1.13.2.yaml"),
      ...changes,
    };
  }
  const ofKind = (kind: string, message: RegExp) => (error: unknown) => {
    assert.ok(error instanceof ManifestError);
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    return true;
  };

  it("downloads once, then works with the network down", async () => {
    server.answer("/components.yaml", { status: 200, body: text });
    const wanted = release();
    assert.equal(await fetchRelease(wanted, quick), text);
    await server.stop();
    assert.equal(await fetchRelease(wanted, quick), text);
    assert.deepEqual(server.requests, ["/components.yaml"]);
    assert.deepEqual(await readdir(join(folder, "release")), ["capm3-v1.13.2.yaml"]);
  });

  it("refuses and does not keep what has another hash", async () => {
    server.answer("/components.yaml", { status: 200, body: `${text}# changed\n` });
    await assert.rejects(
      fetchRelease(release(), quick),
      ofKind(
        "hash-mismatch",
        new RegExp(`capm3 v1.13.2: .*${sha256(`${text}# changed\n`)}.*${sha256(text)}`),
      ),
    );
    await assert.rejects(readdir(join(folder, "release")));
  });

  it("says so when a web page came instead", async () => {
    server.answer("/components.yaml", { status: 200, body: "<!DOCTYPE html><title>Sign in</title>" });
    await assert.rejects(fetchRelease(release(), quick), ofKind("hash-mismatch", /looks like a web page/));
  });

  it("downloads again when the cached file was damaged", async () => {
    server.answer("/components.yaml", { status: 200, body: text });
    const { cacheFile } = release();
    await fetchRelease(release(), quick);
    await writeFile(cacheFile, text.slice(0, 20));
    assert.equal(await fetchRelease(release(), quick), text);
    assert.equal(await readFile(cacheFile, "utf8"), text);
  });

  it("tries again after a server's error, a bounded number of times", async () => {
    server.answer("/components.yaml", { status: 503, body: "" }, { status: 200, body: text });
    assert.equal(await fetchRelease(release(), quick), text);
    server.answer("/other.yaml", { status: 502, body: "" });
    await assert.rejects(
      fetchRelease(release({ url: server.url("/other.yaml"), cacheFile: join(folder, "other") }), {
        ...quick,
        attempts: 3,
      }),
      ofKind("unreachable", /in 3 attempts: .*HTTP 502/),
    );
    assert.equal(server.requests.filter((path) => path === "/other.yaml").length, 3);
  });

  it("does not try again where there is no such file", async () => {
    await assert.rejects(fetchRelease(release(), quick), ofKind("refused", /HTTP 404/));
    assert.equal(server.requests.length, 1);
  });

  it("names the reason when nobody answers", async () => {
    const wanted = release();
    await server.stop();
    await assert.rejects(fetchRelease(wanted, quick), ofKind("unreachable", /ECONNREFUSED/));
  });

  it("gives up on a server that accepts and never answers", async () => {
    const silent = await import("node:net").then(({ createServer }) => createServer());
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
    const { port } = silent.address() as { port: number };
    const url = `http://127.0.0.1:${port}/`;
    await assert.rejects(
      fetchRelease(release({ url }), { ...quick, timeOut: 50, attempts: 2 }),
      ofKind("unreachable", /no answer in time/),
    );
    silent.close();
  });

  it("takes an unpinned file as it comes", async () => {
    server.answer("/components.yaml", { status: 200, body: text });
    assert.equal(await fetchRelease(release({ sha256: "" }), quick), text);
  });
});
