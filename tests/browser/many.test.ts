import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { BrowserLab } from "./support/browser-lab.ts";
import { startChromium } from "./support/chromium.ts";
import { ConsolePage } from "./support/console-page.ts";

describe("the console with a thousand machines", () => {
  let browser: Browser;
  let lab: BrowserLab;

  before(async () => {
    [browser, lab] = await Promise.all([startChromium(), BrowserLab.start({ more: 994 })]);
  });
  after(async () => {
    await browser?.close();
    await lab?.stop();
  });

  it("shows them page by page and finds one by its name", async () => {
    const console = await ConsolePage.open(browser, lab);
    await console.login("reader");
    const { page } = console;
    await page.getByText("1000 machines, page 1 of 20").waitFor();
    assert.equal(await console.rows().count(), 50);
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("1000 machines, page 2 of 20").waitFor();
    // In the order of people: the six, then rack-1 to rack-994.
    assert.match((await console.rows().first().textContent()) ?? "", /rack-45/);
    await page.getByLabel("Search machines").fill("rack 99");
    await page.getByText("14 machines", { exact: true }).waitFor();
    await page.getByLabel("Search machines").fill("optiplex-2");
    await page.getByText("1 machine", { exact: true }).waitFor();
    assert.equal(await console.row("optiplex-2").count(), 1);
    assert.deepEqual(console.complaints, []);
  });
});
