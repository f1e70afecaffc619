import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { download } from "../../../tools/download.ts";
import { Reachability } from "../../../tools/reachability.ts";
import { resolveTools } from "../../../tools/resolver.ts";
import { ToolError } from "../../../tools/tool-error.ts";
import { sha256Of, ToolBench } from "./tool-bench.ts";

describe("tools by download", () => {
  let bench: ToolBench;
  beforeEach(async () => {
    bench = new ToolBench();
    await bench.start();
  });
  afterEach(() => bench.close());

  it("downloads what is pinned, makes it executable, and does not download it again", async () => {
    bench.offer(["etcd"], "/etcd", Buffer.from("#!/bin/sh\necho hello\n"));
    const [first] = await resolveTools(["etcd"], bench.options);
    assert.equal(first?.source, "download");
    assert.match(first?.note ?? "", /sha256 verified/);
    assert.equal(execFileSync(first?.path ?? "").toString(), "hello\n");
    const [second] = await resolveTools(["etcd"], bench.options);
    assert.equal(second?.path, first?.path);
    assert.deepEqual(bench.requests, ["/etcd"]);
    assert.deepEqual(bench.leftovers, []);
  });

  it("refuses content with another sha256, keeps nothing of it, and does not build instead", async () => {
    bench.fakeGo();
    bench.goModules("etcd");
    bench.offer(["etcd"], "/etcd", Buffer.from("tampered"), sha256Of(Buffer.from("released")));
    await assert.rejects(resolveTools(["etcd"], bench.options), (error: unknown) => {
      assert.ok(error instanceof ToolError);
      assert.equal(error.code, "checksum");
      assert.ok(error.message.includes(sha256Of(Buffer.from("tampered"))), "names what it got");
      assert.ok(error.message.includes(sha256Of(Buffer.from("released"))), "names what was pinned");
      return true;
    });
    assert.equal(existsSync(join(bench.cache.root, "bin")), false);
    assert.deepEqual(bench.leftovers, []);
    assert.deepEqual(bench.builds, []);
  });

  it("refuses a tool without a hash, says how to pin, and asks the host for nothing", async () => {
    bench.offer(["etcd"], "/etcd", Buffer.from("anything"), "");
    const attempt = resolveTools(["etcd"], { ...bench.options, route: "download" });
    await assert.rejects(attempt, /etcd .*not pinned[\s\S]*npm run versions -- pin/);
    assert.deepEqual(bench.requests, []);
  });

  it("takes a tool without a hash when that is allowed, and says what it got", async () => {
    const content = Buffer.from("anything");
    bench.offer(["etcd"], "/etcd", content, "");
    const [etcd] = await resolveTools(["etcd"], { ...bench.options, allowUnpinned: true });
    assert.match(etcd?.note ?? "", new RegExp(`NOT verified, sha256 ${sha256Of(content)}`));
  });

  it("takes several tools out of one archive that is downloaded once", async () => {
    const content = join(bench.folder, "pulumi");
    mkdirSync(content);
    writeFileSync(join(content, "pulumi"), "engine");
    writeFileSync(join(content, "pulumi-language-nodejs"), "host");
    const archive = join(bench.folder, "pulumi.tar.gz");
    execFileSync("tar", ["-czf", archive, "-C", bench.folder, "pulumi"]);
    bench.offer(["pulumi", "pulumi-language-nodejs"], "/pulumi.tar.gz", readFileSync(archive));
    const found = await resolveTools(["pulumi", "pulumi-language-nodejs"], bench.options);
    assert.deepEqual(
      found.map(({ path }) => readFileSync(path, "utf8")),
      ["engine", "host"],
    );
    assert.deepEqual(bench.requests, ["/pulumi.tar.gz"]);
  });

  it("builds when the release is not there", async () => {
    bench.fakeGo();
    bench.goModules("etcd");
    bench.offer(["etcd"], "/etcd", Buffer.from("x"));
    bench.files.delete("/etcd");
    const [etcd] = await resolveTools(["etcd"], bench.options);
    assert.equal(etcd?.source, "build");
    assert.match(etcd?.note ?? "", /answered 404/);
  });

  it("asks an unreachable host once for all tools", async () => {
    let asked = 0;
    bench.offer(["etcd"], "/etcd", Buffer.from("x"));
    bench.offer(["kwok"], "/kwok", Buffer.from("x"));
    bench.files.set("/", (request) => {
      asked += 1;
      request.socket.destroy();
    });
    const attempt = resolveTools(["etcd", "kwok"], { ...bench.options, route: "download" });
    await assert.rejects(attempt, /etcd .*not reachable[\s\S]*kwok .*not reachable/);
    assert.equal(asked, 1);
    assert.deepEqual(bench.requests, []);
  });

  describe("a transfer", () => {
    const target = () => join(bench.folder, "target");
    const quick = { pauseMilliseconds: 1 };

    it("is tried again when the server is busy or breaks off", async () => {
      let attempt = 0;
      bench.files.set("/file", (_request, response) => {
        attempt += 1;
        if (attempt === 1) response.writeHead(503).end();
        else if (attempt === 2)
          response.writeHead(200, { "content-length": 100 }).write("half", () => response.destroy());
        else response.end("whole");
      });
      assert.equal(await download(bench.url("/file"), target(), quick), sha256Of(Buffer.from("whole")));
      assert.equal(readFileSync(target(), "utf8"), "whole");
    });

    it("is given up after a bounded number of attempts", async () => {
      bench.files.set("/file", (_request, response) => response.writeHead(503).end());
      await assert.rejects(download(bench.url("/file"), target(), { ...quick, attempts: 3 }), /answered 503/);
      assert.equal(bench.requests.length, 3);
    });

    it("is not tried again when the answer is final", async () => {
      await assert.rejects(download(bench.url("/absent"), target(), quick), /answered 404/);
      assert.equal(bench.requests.length, 1);
    });

    it("is given up when nothing arrives any more", async () => {
      bench.files.set("/file", (_request, response) => response.writeHead(200).write("begun"));
      const options = { ...quick, attempts: 1, stallMilliseconds: 50 };
      await assert.rejects(download(bench.url("/file"), target(), options), /nothing received for 50 ms/);
    });

    it("ends at once when interrupted", async () => {
      const interrupt = new AbortController();
      bench.files.set("/file", (_request, response) => {
        response.writeHead(200).write("begun");
        interrupt.abort();
      });
      const transfer = download(bench.url("/file"), target(), { ...quick, signal: interrupt.signal });
      await assert.rejects(
        transfer,
        (error: unknown) => error instanceof ToolError && error.code === "interrupted",
      );
    });
  });

  it("remembers whether a host answers", async () => {
    let asked = 0;
    bench.files.set("/", (_request, response) => {
      asked += 1;
      response.writeHead(403).end();
    });
    const reachability = new Reachability(500);
    assert.equal(await reachability.check(bench.url("/a")), undefined, "an error status is an answer");
    assert.equal(await reachability.check(bench.url("/b")), undefined);
    assert.equal(asked, 1);
  });

  it("says when a host does not answer in time", async () => {
    bench.files.set("/", () => undefined);
    assert.match((await new Reachability(50).check(bench.url("/a"))) ?? "", /did not answer within 0.05 s/);
  });
});
