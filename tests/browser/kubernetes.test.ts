import assert from "node:assert/strict";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { labObjects } from "../emulator/support/lab-objects.ts";
import { BrowserLab } from "./support/browser-lab.ts";
import { startChromium } from "./support/chromium.ts";
import { ConsolePage } from "./support/console-page.ts";

describe("what the console shows of Kubernetes, in a browser", () => {
  let browser: Browser;
  let lab: BrowserLab;
  const pages: ConsolePage[] = [];
  const open = async (options: BrowserContextOptions = {}): Promise<ConsolePage> => {
    const page = await ConsolePage.open(browser, lab, options);
    pages.push(page);
    await page.login("reader");
    return page;
  };

  before(async () => {
    [browser, lab] = await Promise.all([startChromium(), BrowserLab.start({ inKubernetes: true })]);
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

  it("tells on one page what a machine is, from plug to node, and what its cluster waits for", async () => {
    const console = await open();
    const { page } = console;
    await console.reads("m920q-1", "provisioned");
    await console.reads("m920q-1", "node m920q-1");
    await console.reads("optiplex-3", "registering");
    await page.getByLabel("Cluster edge").getByText("WorkersAvailable: 1 of 3").waitFor();
    await page.getByRole("link", { name: "optiplex-1", exact: true }).first().click();
    const story = page.getByRole("region", { name: "Kubernetes" });
    await story.getByText("edge-md-b, Provisioning").waitFor();
    await story.getByText("the host is being provisioned").waitFor();
    await story.getByText("v1.35.2", { exact: true }).waitFor();
    await page.getByLabel("Cluster edge").getByText("Available: False").waitFor();
  });

  it("shows a state, an error and a node as they come, without a reload", async () => {
    const console = await open();
    const { page } = console;
    const { kubernetes } = lab;
    assert.ok(kubernetes);
    await console.reads("m920q-2", "available");
    await page.evaluate("globalThis.sameDocument = true");
    for (const state of ["provisioning", "provisioned"]) {
      kubernetes.put("hosts", labObjects.host("m920q-2", state, { consumer: "edge-cp-c" }));
      await console.reads("m920q-2", state);
    }
    kubernetes.put("machines", labObjects.machine("edge-cp-c", "edge-cp-c", "Running", { node: "m920q-2" }));
    await console.reads("m920q-2", "node m920q-2");
    const error = "Image provisioning failed: checksum mismatch";
    kubernetes.put("hosts", labObjects.host("m920q-2", "provisioned", { consumer: "edge-cp-c", error }));
    await console.reads("m920q-2", error);
    await page.getByRole("button", { name: "Need attention" }).click();
    assert.equal(await console.row("m920q-2").count(), 1);
    assert.equal(await page.evaluate("globalThis.sameDocument"), true);
  });

  it("finds machines by their node and state", async () => {
    const console = await open();
    await console.page.getByLabel("Search machines").fill("edge provisioning");
    await console.page.getByText("1 machine", { exact: true }).waitFor();
    assert.equal(await console.row("optiplex-1").count(), 1);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1360, 390]) {
      it(`has nothing that axe-core finds wrong, ${colorScheme}, ${width} wide`, async () => {
        const console = await open({ colorScheme, viewport: { width, height: 900 } });
        const { page } = console;
        await page.getByLabel("Cluster edge").waitFor();
        assert.deepEqual(await console.violations(), []);
        const fits = () => page.evaluate("document.documentElement.scrollWidth <= innerWidth");
        assert.equal(await fits(), true, "nothing is cut off at the side");
        await page.getByRole("link", { name: "optiplex-3", exact: true }).first().click();
        await page.getByRole("region", { name: "Kubernetes" }).waitFor();
        assert.deepEqual(await console.violations(), []);
        assert.equal(await fits(), true, "nor on a machine's page");
      });
    }
  }

  it("says so when Kubernetes is silent, keeps what it knew, and still switches machines", async () => {
    const { kubernetes } = lab;
    assert.ok(kubernetes);
    kubernetes.mood = "broken";
    kubernetes.endWatches();
    const console = await ConsolePage.open(browser, lab);
    pages.push(console);
    await console.login("operator");
    const { page } = console;
    await page.getByText("Kubernetes tells nothing new.").waitFor();
    assert.deepEqual(await console.violations(), []);
    await console.reads("optiplex-1", "provisioning");
    await page.getByRole("button", { name: "Switch on optiplex-2" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Switch on" }).click();
    await console.reads("optiplex-2", "On");
    kubernetes.mood = "well";
    await page.getByText("Kubernetes tells nothing new.").waitFor({ state: "detached" });
  });
});
