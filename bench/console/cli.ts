/**
 * `npm run bench:console [-- --machines 1000 --rounds 5 --write]`: the console with many machines in a real Chromium, beside a bare page of
 * the same table: first paint, the first machine on the screen, a search, a turn of the page. In rounds one after the other, the median of
 * each; nothing is in the browser's cache. `--write` makes docs/console-bench.md. Not a test: nothing judges it.
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import type { Browser } from "playwright-core";
import { BrowserLab } from "../../tests/browser/support/browser-lab.ts";
import { startChromium } from "../../tests/browser/support/chromium.ts";
import { ConsolePage } from "../../tests/browser/support/console-page.ts";
import { median } from "../flight/median.ts";
import { BarePage } from "./bare-page.ts";
import { type Visit, visit } from "./visit.ts";

const PAGE = fileURLToPath(new URL("../../docs/console-bench.md", import.meta.url));
const ROWS = 50;

const options = new Command("bench:console")
  .option("--machines <number>", "of which six are the lab's", "1000")
  .option("--rounds <number>", "of which the median is told", "5")
  .option("--write", "docs/console-bench.md")
  .parse()
  .opts<{ readonly machines: string; readonly rounds: string; readonly write?: true }>();
const machines = Number(options.machines);
const rounds = Number(options.rounds);

/** Milliseconds until a search and a turn of the page are on the screen, typing pause included. */
async function use(page: ConsolePage): Promise<{ search: number; turn: number }> {
  const took = async (act: () => Promise<void>, shown: string): Promise<number> => {
    const start = performance.now();
    await act();
    await page.page.getByText(shown, { exact: true }).waitFor();
    return performance.now() - start;
  };
  const box = page.page.getByLabel("Search machines");
  const pages = Math.ceil(machines / ROWS);
  const all = `${machines} machines, page 1 of ${pages}`;
  const search = await took(() => box.fill("optiplex-2"), "1 machine");
  await took(() => box.fill(""), all);
  const next = page.page.getByRole("button", { name: "Next" });
  const turn = await took(() => next.click(), `${machines} machines, page 2 of ${pages}`);
  await took(() => page.page.getByRole("button", { name: "Previous" }).click(), all);
  return { search, turn };
}

async function measure(browser: Browser, lab: BrowserLab, bare: BarePage): Promise<string[]> {
  const page = await ConsolePage.open(browser, lab);
  await page.login("reader");
  const state = await page.page.context().storageState();
  const [consoles, bares]: [Visit[], Visit[]] = [[], []];
  const uses: { search: number; turn: number }[] = [];
  // One before they count: it is what compiles the program.
  for (let round = -1; round < rounds; round += 1) {
    const results = [
      await visit(browser, `${lab.url}/console/`, state),
      await visit(browser, bare.url),
    ] as const;
    const used = await use(page);
    if (round < 0) continue;
    consoles.push(results[0]);
    bares.push(results[1]);
    uses.push(used);
  }
  const of = (list: readonly number[]): number => Math.round(median(list) ?? 0);
  const row = (what: string, ours: number, theirs?: number): string =>
    `| ${what} | ${ours} | ${theirs ?? ""} | ${theirs === undefined ? "" : (ours / theirs).toFixed(1)} |`;
  return [
    row("first paint", of(consoles.map((one) => one.firstPaint)), of(bares.map((one) => one.firstPaint))),
    row(
      `${ROWS} machines in the page`,
      of(consoles.map((one) => one.firstRow)),
      of(bares.map((one) => one.firstRow)),
    ),
    row("a search, after the last letter", of(uses.map(({ search }) => search))),
    row("the next page", of(uses.map(({ turn }) => turn))),
  ];
}

const browser = await startChromium();
const lab = await BrowserLab.start({ more: machines - 6, inKubernetes: true });
const bare = await BarePage.start(ROWS);
try {
  const rows = await measure(browser, lab, bare);
  const table = ["| what | console, ms | bare page, ms | ratio |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
  console.log(table);
  const text = `# The console with many machines

\`npm run bench:console -- --write\` made this page on ${new Date().toISOString().slice(0, 10)}: Chromium ${browser.version()} without a window, ${machines.toLocaleString("en")} machines inside a lab whose
Kubernetes knows them all, ${rounds} rounds, medians, an empty cache each time, over TLS; ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} at the end. The bare page is the same table of ${ROWS}
rows, from memory, without a script, a style or a login. A search waits 200 ms for the next letter before it is asked for.

${table}
`;
  if (options.write) writeFileSync(PAGE, text);
} finally {
  bare.stop();
  await browser.close();
  await lab.stop();
}
