import assert from "node:assert/strict";
import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { BrowserLab } from "./support/browser-lab.ts";
import { startChromium } from "./support/chromium.ts";
import { ConsolePage } from "./support/console-page.ts";

const folder = fileURLToPath(new URL("../../docs/img/", import.meta.url));
const LIMIT_BYTES = 150_000;

/** Only when EDGE_LAB_SCREENSHOTS=1 asks for them: they are made anew, and are never the same bytes twice. */
if (process.env.EDGE_LAB_SCREENSHOTS === "1")
  describe("the pictures of the console in docs/img", () => {
    let browser: Browser;
    let lab: BrowserLab;
    before(async () => {
      mkdirSync(folder, { recursive: true });
      [browser, lab] = await Promise.all([startChromium(), BrowserLab.start({ inKubernetes: true })]);
    });
    after(async () => {
      await browser?.close();
      await lab?.stop();
    });

    for (const colorScheme of ["light", "dark"] as const) {
      for (const [name, width, height] of [
        ["wide", 1360, 780],
        ["narrow", 390, 780],
      ] as const) {
        it(`${colorScheme} and ${name}`, async () => {
          const console = await ConsolePage.open(browser, lab, { colorScheme, viewport: { width, height } });
          await console.login("admin");
          const { page } = console;
          await page.getByRole("button", { name: "Switch on optiplex-3" }).waitFor();
          await page.getByText("node m920q-1").waitFor();
          const path = `${folder}console-${colorScheme}-${name}.png`;
          await page.screenshot({ path });
          assert.ok(statSync(path).size < LIMIT_BYTES, path);
          if (name === "wide") {
            await page.getByRole("link", { name: "optiplex-1", exact: true }).first().click();
            await page.getByLabel("Cluster edge").waitFor();
            const machine = `${folder}console-machine-${colorScheme}.png`;
            await page.screenshot({ path: machine });
            assert.ok(statSync(machine).size < LIMIT_BYTES, machine);
          }
          await console.close();
        });
      }
    }
  });
