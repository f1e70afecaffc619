import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { type BrowserLab, people } from "./browser-lab.ts";

/** One check is about what the system does in its own time, on a machine that may be busy. */
const PATIENCE_MS = 120_000;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The console as somebody sees it in a browser of their own. */
export class ConsolePage {
  readonly page: Page;
  /** What the page complained about: scripts that failed, what its policy stopped. */
  readonly complaints: readonly string[];

  private constructor(page: Page, complaints: readonly string[]) {
    this.page = page;
    this.complaints = complaints;
  }

  static async open(
    browser: Browser,
    lab: BrowserLab,
    options: BrowserContextOptions = {},
  ): Promise<ConsolePage> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "en-GB", ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // The browser tells of each answer that is a refusal; the tests ask for some.
      const refusal = message
        .text()
        .startsWith("Failed to load resource: the server responded with a status of 40");
      if (message.type() === "error" && !refusal) complaints.push(message.text());
    });
    await page.goto(`${lab.url}/console/`);
    return new ConsolePage(page, complaints);
  }

  async login(who: keyof typeof people): Promise<void> {
    await this.page.getByLabel("User name").fill(people[who].username);
    await this.page.getByLabel("Password").fill(people[who].password);
    await this.page.getByRole("button", { name: "Log in" }).click();
    await this.page.getByRole("heading", { name: "Machines" }).waitFor();
    await this.rows().first().waitFor();
  }

  /** Of the machines shown. */
  rows(): Locator {
    return this.page.locator("tbody tr");
  }

  row(machine: string): Locator {
    return this.rows().filter({ has: this.page.getByRole("link", { name: machine, exact: true }) });
  }

  /** Waits until a machine's row says so. */
  async reads(machine: string, text: string): Promise<void> {
    await this.row(machine).getByText(text, { exact: true }).first().waitFor();
  }

  /** What axe-core finds wrong for people with disabilities: rule, and the first place. */
  async violations(): Promise<string[]> {
    // By the debugger, which the page's own policy does not concern.
    return (await this.page.evaluate(`${axe}; axe.run().then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ": " + nodes.map((node) => node.html + " " + node.failureSummary).slice(0, 3).join(" | ")))`)) as string[];
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
