import assert from "node:assert/strict";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildSite } from "../support/build-site.ts";

const repository = join(import.meta.dirname, "../..");
const REPOSITORY_URL = "https://git.example/me/edge-lab";
const BASE = "/lab/";

describe("the documentation site", () => {
  let folder = "";
  let pages: readonly string[] = [];
  const text = new Map<string, string>();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-site-"));
    await buildSite(folder, { EDGE_LAB_REPOSITORY_URL: REPOSITORY_URL, EDGE_LAB_DOCS_BASE: BASE });
    pages = globSync("**/*.html", { cwd: folder });
    for (const page of pages) text.set(page, readFileSync(join(folder, page), "utf8"));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const attributes = (page: string, names: string): string[] =>
    [...(text.get(page) ?? "").matchAll(new RegExp(`\\s(?:${names})="([^"]*)"`, "g"))].map(([, value = ""]) =>
      value.replaceAll("&amp;", "&"),
    );

  it("has every page of docs/, and each of them in its menu", () => {
    const written = globSync("**/*.md", { cwd: join(repository, "docs") }).map((page) =>
      page.replace(/\.md$/, ".html"),
    );
    assert.deepEqual(pages.filter((page) => page !== "404.html").toSorted(), written.toSorted());
    const menu = attributes("index.html", "href");
    for (const page of written) {
      if (page !== "index.html")
        assert.ok(menu.includes(`${BASE}${page}`), `${page} is not in site/sidebar.ts`);
    }
  });

  it("leads nowhere in vain: files and anchors of its own, and sources in the repository", () => {
    let followed = 0;
    for (const page of pages) {
      for (const href of attributes(page, "href")) {
        if (href.startsWith(`${REPOSITORY_URL}/blob/main/`)) {
          const [path = ""] = href.slice(`${REPOSITORY_URL}/blob/main/`.length).split("#");
          assert.ok(existsSync(join(repository, path)), `${page}: ${href}`);
          continue;
        }
        if (/^(https?|mailto):/.test(href)) continue;
        const [path = "", anchor = ""] = href.split("#");
        if (path.startsWith("/")) assert.ok(path.startsWith(BASE), `${page}: ${href} is outside ${BASE}`);
        const target =
          path === "" ? page : path.startsWith("/") ? path.slice(BASE.length) : join(dirname(page), path);
        const file = target === "" || target.endsWith("/") ? `${target}index.html` : target;
        assert.ok(existsSync(join(folder, file)), `${page}: ${href}`);
        if (anchor !== "" && anchor !== "VPContent") {
          const ids = attributes(file, "id");
          assert.ok(ids.includes(decodeURIComponent(anchor)), `${page}: ${href}`);
        }
        followed += 1;
      }
    }
    assert.ok(followed > 500, `${followed} links`);
  });

  it("asks nobody else for anything: scripts, styles, fonts and pictures are its own", () => {
    for (const page of pages) {
      for (const source of attributes(page, "src|srcset"))
        assert.ok(source.startsWith(BASE), `${page}: ${source}`);
      assert.doesNotMatch(
        text.get(page) ?? "",
        /<link[^>]*rel="(stylesheet|preload|preconnect)"[^>]*href="https?:/,
      );
    }
    const styles = globSync("assets/*.css", { cwd: folder });
    assert.ok(styles.length > 0);
    for (const style of styles)
      assert.doesNotMatch(readFileSync(join(folder, style), "utf8"), /url\(["']?https?:/);
  });

  it("draws every diagram, and brings along what draws them", () => {
    const fences = globSync("docs/**/*.md", { cwd: repository }).flatMap((page) =>
      [...readFileSync(join(repository, page), "utf8").matchAll(/^```mermaid$/gm)].map(() => page),
    );
    const drawn = pages.flatMap((page) => [...(text.get(page) ?? "").matchAll(/class="mermaid-text"/g)]);
    assert.ok(fences.length >= 4);
    assert.equal(drawn.length, fences.length);
    assert.equal(globSync("assets/mermaid*.js", { cwd: folder }).length, 1);
  });
});
