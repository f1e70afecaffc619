import assert from "node:assert/strict";
import { DOMParser } from "@xmldom/xmldom";
import type { LegReport, StoryReport } from "../../flight/report/flight-report.ts";
import { clock, ganttSvg } from "../../flight/report/gantt-svg.ts";
import { reportHtml } from "../../flight/report/report-html.ts";

const story: StoryReport = {
  id: "a",
  title: "The first <up>",
  about: "Proves & shows.",
  commands: ["npm start"],
  from: 0,
  to: 60_000,
  checks: [{ what: "nodes", ok: true, found: "four" }],
};
const leg: LegReport = {
  lab: "rack",
  from: 0,
  to: 120_000,
  stories: [story],
  hosts: [
    { lane: "m920q-1", state: "inspecting", from: 0, to: 20_000, detail: "" },
    { lane: "m920q-1", state: "provisioning", from: 20_000, to: 50_000, detail: 'bad <sum> of "disk"' },
    { lane: "optiplex-1", state: "powering off before delete", from: 5_000, to: 120_000, detail: "" },
  ],
  power: [{ lane: "m920q-1", state: "on", from: 3_000, to: 120_000, detail: "" }],
  machines: [{ lane: "edge-1", state: "Running", from: 60_000, to: 120_000, detail: "v1.34.3 m920q-1" }],
  api: [
    { lane: "edge", state: "yes", from: 70_000, to: 80_000, detail: "" },
    { lane: "edge", state: "no", from: 80_000, to: 88_000, detail: "connect ETIMEDOUT" },
  ],
  calls: [{ host: "optiplex-1", device: "tapo", seconds: 120, total: 9, powerReads: 4, actions: 2 }],
};
const failed: LegReport = {
  ...leg,
  stories: [{ ...story, failure: { what: "two", expected: "2", actual: "3", logs: "/logs/a" } }],
};
const html = reportHtml({ title: "Flight of a", legs: [leg, failed] });

function svg(): { rects: { title: string; x: number; width: number }[]; text: string } {
  const problems: string[] = [];
  const onError = (_level: string, message: string) => problems.push(message);
  const document = new DOMParser({ onError }).parseFromString(ganttSvg(leg, "g"), "image/svg+xml");
  assert.deepEqual(problems, []);
  const rects = [...document.getElementsByTagName("rect")].map((rect) => ({
    title: rect.getElementsByTagName("title")[0]?.textContent ?? "",
    x: Number(rect.getAttribute("x")),
    width: Number(rect.getAttribute("width")),
  }));
  return { rects, text: document.documentElement?.textContent ?? "" };
}

describe("the picture of a flight", () => {
  it("has a bar for each stretch, as long as it lasted", () => {
    const { rects } = svg();
    const bar = (title: RegExp) => rects.find((rect) => title.test(rect.title));
    const inspecting = bar(/m920q-1: inspecting/);
    const provisioning = bar(/m920q-1: provisioning.*bad <sum>/);
    assert.ok(inspecting && provisioning);
    assert.ok(Math.abs(inspecting.x + inspecting.width - provisioning.x) < 0.2);
    assert.ok(Math.abs(provisioning.width / inspecting.width - 1.5) < 0.01);
    assert.ok(bar(/edge: no.*ETIMEDOUT/));
    assert.ok(bar(/a: The first <up>/));
  });

  it("is told to those who do not see it", () => {
    const picture = ganttSvg(leg, "g");
    assert.match(picture, /role="img" aria-labelledby="g-title g-desc"/);
    assert.match(svg().text, /Hosts of lab rack over 2:00/);
  });

  it("bears a lab in which nothing happened", () => {
    const empty = { ...leg, to: 0, stories: [], hosts: [], power: [], machines: [], api: [], calls: [] };
    assert.doesNotMatch(ganttSvg(empty, "g"), /NaN|Infinity/);
  });

  it("tells times in minutes", () => {
    assert.deepEqual([0, 61_000, 3_600_000].map(clock), ["0:00", "1:01", "60:00"]);
  });
});

describe("the report of a flight", () => {
  it("needs nothing from outside", () => {
    assert.doesNotMatch(html, /<(script|link|img|iframe|object)\b|@import|url\(|\ssrc=|\shref=/);
    assert.deepEqual(html.match(/https?:\/\/[^"\s<]+/g), Array(2).fill("http://www.w3.org/2000/svg"));
  });

  it("shows what things are called, whatever is in it", () => {
    assert.match(html, /The first &lt;up&gt;/);
    assert.match(html, /bad &lt;sum&gt; of &quot;disk&quot;/);
    assert.doesNotMatch(html, /<up>|<sum>/);
  });

  it("says the same in a table as in the picture", () => {
    for (const { lane, state } of [...leg.hosts, ...leg.machines, ...leg.api]) {
      assert.match(html, new RegExp(`<th scope="row">${lane}</th><td>${state}</td>`));
    }
  });

  it("says what passed and what did not, and where to look", () => {
    assert.match(html, /1 of 2 stories failed/);
    assert.match(html, /two\n {2}expected: 2\n {2}actual: {3}3\n {2}logs: {5}\/logs\/a/);
    assert.match(reportHtml({ title: "t", legs: [leg] }), /All 1 stories passed/);
  });

  it("tells what each plug was asked beside what it may be", () => {
    const [row = ""] = /<tr><th scope="row">optiplex-1<\/th><td>plug<\/td>.*<\/tr>/.exec(html) ?? [];
    assert.deepEqual(
      [...row.matchAll(/"number">([^<]+)</g)].map(([, cell]) => cell),
      ["120", "4", "2", "9", "11"],
    );
  });

  it("is readable in the dark", () => {
    assert.match(html, /prefers-color-scheme:dark/);
    assert.match(html, /color-scheme:light dark/);
  });
});
