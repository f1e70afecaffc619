import type { Browser, BrowserContextOptions } from "playwright-core";

/** What somebody waits for, in milliseconds since the address was entered. */
export interface Visit {
  /** The browser's own "first-contentful-paint". */
  readonly firstPaint: number;
  /** The first row of the table is in the page. */
  readonly firstRow: number;
}

/** Notes when the table gets its first row: before any script of the page, and by the page's own clock. */
const NOTE_FIRST_ROW = `new MutationObserver((_changes, observer) => {
  if (!document.querySelector("tbody tr")) return;
  globalThis.firstRow = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });`;

/**
 * Opens a page in a browser that has nothing in its cache.
 * @param state cookies of a login, if the page wants one.
 */
export async function visit(
  browser: Browser,
  url: string,
  state: BrowserContextOptions["storageState"] = { cookies: [], origins: [] },
): Promise<Visit> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, storageState: state });
  try {
    const page = await context.newPage();
    await page.addInitScript(NOTE_FIRST_ROW);
    await page.goto(url);
    await page.locator("tbody tr").first().waitFor();
    const [firstPaint, firstRow] = (await page.evaluate(
      `new Promise((resolve) => new PerformanceObserver((list) => {
        for (const { name, startTime } of list.getEntries())
          if (name === "first-contentful-paint") resolve([startTime, globalThis.firstRow]);
      }).observe({ type: "paint", buffered: true }))`,
    )) as [number, number];
    return { firstPaint, firstRow };
  } finally {
    await context.close();
  }
}
