import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { markdownLinks } from "./support/markdown-links.ts";

const repository = join(import.meta.dirname, "../..");
const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md"], {
  cwd: repository,
  encoding: "utf8",
})
  .split("\n")
  .filter((page) => page !== "" && existsSync(join(repository, page)));

const read = (page: string): ReturnType<typeof markdownLinks> =>
  markdownLinks(readFileSync(join(repository, page), "utf8"));

/** Undefined when it leads somewhere. */
function whyBroken(page: string, link: string): string | undefined {
  // Pages of others are theirs: what they are today is no property of this repository.
  if (/^[a-z][a-z+.-]*:/i.test(link)) return undefined;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), decodeURIComponent(path));
  if (target.startsWith("..")) return "leaves the repository";
  if (!existsSync(join(repository, target))) return "no such file";
  if (anchor === undefined) return undefined;
  if (!target.endsWith(".md") || statSync(join(repository, target)).isDirectory())
    return "no page, so no anchor";
  return read(target).anchors.has(anchor) ? undefined : "no such heading";
}

describe("the links of every page in the repository", () => {
  it("are found at all", () => {
    const links = pages.flatMap((page) => read(page).links);
    assert.ok(pages.length > 25 && links.length > 150, `${pages.length} pages, ${links.length} links`);
  });

  for (const page of pages) {
    it(`${page} has none that is broken`, () => {
      const broken = read(page).links.flatMap((link) => {
        const reason = whyBroken(page, link);
        return reason === undefined ? [] : [`${link}: ${reason}`];
      });
      assert.deepEqual(broken, []);
    });
  }

  it("would be missed: a file, a heading and a way out of the repository that are not there", () => {
    const { links } = markdownLinks(
      "[a](nothing.md) [b](README.md#nothing) [c](../../x) `[d](code.md)`\n```\n[e](f.md)\n```\n[g](README.md#edge-lab)\n",
    );
    const reasons = links.map((link) => whyBroken("README.md", link));
    assert.deepEqual(reasons, ["no such file", "no such heading", "leaves the repository", undefined]);
  });
});

describe("docs/index.md", () => {
  it("leads to every page of docs/", () => {
    const linked = read("docs/index.md").links.map((link) => join("docs", link));
    const missing = pages.filter((page) => page.startsWith("docs/") && page !== "docs/index.md");
    assert.deepEqual(
      missing.filter((page) => !linked.includes(page)),
      [],
    );
  });
});
