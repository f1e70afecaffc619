import assert from "node:assert/strict";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { BrowserLab } from "./support/browser-lab.ts";
import { startChromium } from "./support/chromium.ts";
import { ConsolePage } from "./support/console-page.ts";

describe("the console in a browser", () => {
  let browser: Browser;
  let lab: BrowserLab;
  const pages: ConsolePage[] = [];
  const open = async (options: BrowserContextOptions = {}): Promise<ConsolePage> => {
    const page = await ConsolePage.open(browser, lab, options);
    pages.push(page);
    return page;
  };

  before(async () => {
    [browser, lab] = await Promise.all([startChromium(), BrowserLab.start()]);
  });
  after(async () => {
    await browser?.close();
    await lab?.stop();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) {
      assert.deepEqual(page.complaints, []);
      await page.close();
    }
  });

  it("shows six machines, switches one off and on, and the event arrives by itself", async () => {
    const console = await open();
    await console.login("operator");
    const { page } = console;
    assert.equal(await console.rows().count(), 6);
    await console.reads("m920q-1", "On");
    // Lost if the page were loaded anew.
    await page.evaluate("globalThis.sameDocument = true");
    await page.getByRole("button", { name: "Switch off m920q-1" }).click();
    const question = page.getByRole("dialog", { name: "Switch off: m920q-1?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    await console.reads("m920q-1", "On");
    for (const [action, power, event] of [
      ["Switch off", "Off", "ForceOff: accepted"],
      ["Switch on", "On", "On: accepted"],
    ] as const) {
      await page.getByRole("button", { name: `${action} m920q-1` }).click();
      await page.getByRole("dialog").getByRole("button", { name: action }).click();
      await console.reads("m920q-1", power);
      await page.locator("ol.events").getByText(event).first().waitFor();
      assert.equal(lab.devices[0]?.power, power.toLowerCase());
    }
    assert.equal(await page.evaluate("globalThis.sameDocument"), true);
  });

  it("does everything by the keyboard, and gives the focus back", async () => {
    const console = await open();
    await console.login("operator");
    const { page } = console;
    const button = page.getByRole("button", { name: "Switch on optiplex-2" });
    await button.focus();
    await page.keyboard.press("Enter");
    const focused = () => page.evaluate("document.activeElement.textContent.trim()");
    await page.getByRole("dialog").waitFor();
    assert.equal(await focused(), "Cancel");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await focused(), "Switch on");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await console.reads("optiplex-2", "On");
  });

  it("tells all about one machine and arms PXE for its next start", async () => {
    const console = await open();
    await console.login("admin");
    const { page } = console;
    await page.getByRole("link", { name: "m920q-2", exact: true }).first().click();
    await page.getByRole("heading", { name: "m920q-2" }).waitFor();
    await page.getByRole("button", { name: "PXE once" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "PXE once" }).click();
    await page.getByText("PXE, once", { exact: true }).waitFor();
    await page.getByText("by admin from 127.0.0.1").first().waitFor();
    await page.getByRole("button", { name: "Clear boot override" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Clear boot override" }).click();
    await page.getByText("Firmware decides").waitFor();
    await page.getByRole("button", { name: "Read now" }).click();
    await page.getByText("read now: On").waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "m920q-2" }).waitFor();
  });

  it("refuses a ReadOnly user in plain words, also past the page", async () => {
    const console = await open();
    await console.login("reader");
    const { page } = console;
    await page.getByRole("button", { name: "Switch off m920q-2" }).dispatchEvent("click");
    await page.getByRole("alert").getByText("Refused: your role ReadOnly may look at machines").waitFor();
    assert.equal(await page.getByRole("dialog").count(), 0);
    const [status, text] = (await page.evaluate(`fetch("/console/api/machines/m920q-2/actions", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Edge-Lab-Console": "1" },
      body: JSON.stringify({ action: "off" }),
    }).then(async (response) => [response.status, await response.text()])`)) as [number, string];
    assert.equal(status, 403);
    assert.match(text, /your role may look at machines, not act on them/);
    assert.equal(lab.devices[1]?.power, "on");
  });

  it("logs out, and what was open before is open no more", async () => {
    const console = await open();
    await console.login("admin");
    const { page } = console;
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("button", { name: "Log in" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Log in" }).waitFor();
    assert.equal(await page.evaluate(`fetch("/console/api/machines").then(({ status }) => status)`), 401);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const [name, width] of [
      ["wide", 1360],
      ["narrow", 390],
    ] as const) {
      it(`has nothing that axe-core finds wrong, ${colorScheme} and ${name}`, async () => {
        const console = await open({ colorScheme, viewport: { width, height: 900 } });
        const { page } = console;
        await page.getByRole("button", { name: "Log in" }).waitFor();
        assert.deepEqual(await console.violations(), []);
        await console.login("admin");
        assert.deepEqual(await console.violations(), []);
        assert.equal(
          await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
          true,
          "nothing is cut off at the side",
        );
        await page.getByRole("button", { name: "Switch off m920q-1" }).click();
        await page.getByRole("dialog").waitFor();
        assert.deepEqual(await console.violations(), []);
        await page.keyboard.press("Escape");
        await page.getByRole("link", { name: "optiplex-1", exact: true }).first().click();
        await page.getByRole("heading", { name: "optiplex-1" }).waitFor();
        await page.getByRole("button", { name: "Read now" }).waitFor();
        assert.deepEqual(await console.violations(), []);
      });
    }
  }
});
