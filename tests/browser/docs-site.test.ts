import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import type { Browser } from "playwright-core";
import { buildSite } from "../support/build-site.ts";
import { startChromium } from "./support/chromium.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".png": "image/png",
};

/** One check waits for the browser, on a machine that may be busy. */
const PATIENCE_MS = 120_000;

describe("the documentation site in a browser", () => {
  let folder = "";
  let server: Server;
  let url = "";
  let browser: Browser;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-site-"));
    [browser] = await Promise.all([startChromium(), buildSite(folder)]);
    server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? "", "http://site").pathname);
      const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
      if (!existsSync(file)) return response.writeHead(404).end();
      const type = types[extname(file)] ?? "application/octet-stream";
      return response.writeHead(200, { "content-type": type }).end(readFileSync(file));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    url = `http://127.0.0.1:${address.port}`;
  });

  after(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, diagrams] of [
    ["architecture", 4],
    ["flight-simulator", 1],
  ] as const) {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`draws the diagrams of ${name}, ${colorScheme}, and asks nobody else for anything`, async () => {
        const page = await browser.newPage({ colorScheme });
        page.setDefaultTimeout(PATIENCE_MS);
        const complaints: string[] = [];
        page.on("pageerror", (error) => complaints.push(error.message));
        page.on("request", (request) => {
          if (!request.url().startsWith(url) && !request.url().startsWith("data:"))
            complaints.push(request.url());
        });
        await page.goto(`${url}/${name}.html`);
        await page
          .locator(".mermaid-diagram svg")
          .nth(diagrams - 1)
          .waitFor();
        assert.equal(await page.locator(".mermaid-diagram svg").count(), diagrams);
        // What Mermaid draws in the place of a text that it does not understand.
        assert.equal(await page.getByText("Syntax error in text").count(), 0);
        assert.deepEqual(complaints, []);
        await page.close();
      });
    }
  }

  it("finds a page by a word in it", async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${url}/`);
    await page.getByRole("button", { name: "Search" }).first().click();
    await page.getByRole("searchbox").fill("MEBx");
    await page.locator(".results a", { hasText: "The hardware" }).first().waitFor();
    await page.close();
  });
});
