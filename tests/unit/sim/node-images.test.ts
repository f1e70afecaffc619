import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { startFileServer } from "../../../sim/file-server/file-server.ts";
import type { KubeObject } from "../../../sim/kubernetes/kube-object.ts";
import type { ResourceKind } from "../../../sim/kubernetes/resource-kind.ts";
import { NodeImageFiles, nodeImageContent } from "../../../sim/standins/node-image-files.ts";

const HOST = "127.31.5.97";

describe("the image server", () => {
  let folder: string;
  let server: Server;
  let port: number;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-images-"));
    writeFileSync(join(folder, "node.raw"), "0123456789");
    writeFileSync(join(folder, "next.raw.part"), "half");
    writeFileSync(join(folder, "empty"), "");
    server = await startFileServer({ root: folder, host: HOST, port: 0, imageServer: true });
    port = (server.address() as { port: number }).port;
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function get(path: string, headers: Record<string, string> = {}, method = "GET") {
    const sent = request({ host: HOST, port, path, headers, method, agent: false }).end();
    const [response] = await once(sent, "response");
    const body = (await buffer(response)).toString();
    return { status: response.statusCode, headers: response.headers, body };
  }

  it("serves files, their length alone, a list and its health", async () => {
    assert.equal((await get("/node.raw")).body, "0123456789");
    const head = await get("/node.raw", {}, "HEAD");
    assert.equal(head.headers["content-length"], "10");
    assert.equal(head.body, "");
    assert.equal((await get("/empty")).status, 200);
    assert.equal((await get("/")).body, "empty\nnode.raw\n");
    assert.equal((await get("/healthz")).body, "ok\n");
  });

  for (const [range, status, body, content] of [
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=5-99", 206, "56789", "bytes 5-9/10"],
    ["bytes=10-", 416, "416\n", "bytes */10"],
    ["bytes=0-1,3-4", 200, "0123456789", undefined],
  ] as const) {
    it(`answers the range ${range} with ${status}`, async () => {
      const answer = await get("/node.raw", { range });
      assert.deepEqual([answer.status, answer.body], [status, body]);
      assert.equal(answer.headers["content-range"], content);
    });
  }

  it("serves nothing that is half there, elsewhere or not there, and takes nothing", async () => {
    for (const path of [
      "/next.raw.part",
      "/none",
      "/../../etc/hostname",
      "/%2e%2e/%2e%2e/etc/hostname",
      "/%00",
    ])
      assert.equal((await get(path)).status, 404, path);
    assert.equal((await get("/node.raw", {}, "PUT")).status, 405);
  });
});

describe("the simulated node images", () => {
  let folder: string;
  const objects = new Map<string, KubeObject>();
  const client = {
    get: async <T extends KubeObject>(kind: ResourceKind, name: string) =>
      objects.get(`${kind.kind} ${name}`) as T | undefined,
  };
  const image = { file: "node-v1.34.3.raw", kubernetes: "v1.34.3" };
  const files = () =>
    new NodeImageFiles(client, { namespace: "edge-lab", name: "images" }, [image], () => {});
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-images-"));
    objects.set("PersistentVolume v", { metadata: { name: "v" }, spec: { hostPath: { path: folder } } });
    objects.set("PersistentVolumeClaim images", { metadata: { name: "images" }, spec: { volumeName: "v" } });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("say which Kubernetes they hold, are 1 MiB long and the same every time", () => {
    const content = nodeImageContent(image);
    assert.equal(content.length, 1024 * 1024);
    assert.match(content.toString("latin1"), /^edge-lab simulated node image kubernetes=v1\.34\.3\n/);
    assert.ok(content.equals(nodeImageContent(image)));
    assert.ok(!content.equals(nodeImageContent({ ...image, file: "other.raw" })));
  });

  it("are put into the claim's volume with their sums, beside what others put there", async () => {
    const other = `${"a".repeat(64)}  mine.raw`;
    writeFileSync(join(folder, "SHA256SUMS"), `${other}\n`);
    await files().reconcile();
    const sum = createHash("sha256")
      .update(readFileSync(join(folder, image.file)))
      .digest("hex");
    assert.equal(readFileSync(join(folder, "SHA256SUMS"), "utf8"), `${other}\n${sum}  ${image.file}\n`);
  });

  it("come back when they are gone, and stay when they were replaced", async () => {
    await files().reconcile();
    writeFileSync(join(folder, image.file), "my own");
    await files().reconcile();
    assert.equal(readFileSync(join(folder, image.file), "utf8"), "my own");
    rmSync(join(folder, image.file));
    await files().reconcile();
    assert.ok(readFileSync(join(folder, image.file)).equals(nodeImageContent(image)));
  });

  it("wait until the claim is bound", async () => {
    objects.set("PersistentVolumeClaim images", { metadata: { name: "images" }, spec: {} });
    await files().reconcile();
    assert.throws(() => readFileSync(join(folder, image.file)));
  });
});
