import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFileServer } from "../../../sim/file-server/file-server.ts";

describe("the file server", () => {
  let folder: string;
  let server: Server;
  let url: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-files-"));
    const root = join(folder, "root");
    mkdirSync(join(root, "pxelinux.cfg"), { recursive: true });
    writeFileSync(join(root, "pxelinux.cfg", "00-00-5e-00-53-11"), "#!ipxe\n");
    writeFileSync(join(folder, "secret"), "secret");
    symlinkSync(join(folder, "secret"), join(root, "link"));
    server = await startFileServer({ root, host: "127.0.0.1", port: 0 });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  it("serves a file with its length, and its length alone to HEAD", async () => {
    const got = await fetch(`${url}/pxelinux.cfg/00-00-5e-00-53-11`);
    assert.equal(await got.text(), "#!ipxe\n");
    const head = await fetch(`${url}/pxelinux.cfg/00-00-5e-00-53-11`, { method: "HEAD" });
    assert.equal(head.headers.get("content-length"), "7");
    assert.equal(await head.text(), "");
  });

  it("answers 404 to what is not a file, 405 to what would change one", async () => {
    assert.equal((await fetch(`${url}/pxelinux.cfg`)).status, 404);
    assert.equal((await fetch(`${url}/none`)).status, 404);
    assert.equal((await fetch(`${url}/%00`)).status, 404);
    const post = await fetch(`${url}/none`, { method: "POST", body: "x" });
    assert.equal(post.status, 405);
    assert.equal(post.headers.get("allow"), "GET, HEAD");
  });

  it("serves nothing from outside its folder", async () => {
    assert.equal((await fetch(`${url}/link`)).status, 404);
    for (const path of ["/../secret", "/%2e%2e/secret", "/pxelinux.cfg/..%2f..%2fsecret"]) {
      assert.match(await raw(server, path), /^HTTP\/1\.1 404/);
    }
  });
});

/** A request whose path no client library has tidied up. */
function raw(server: Server, path: string): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => {
      text += String(chunk);
    });
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  });
}
