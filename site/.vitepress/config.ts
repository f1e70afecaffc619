/**
 * The documentation site: `npm run docs` serves it, `npm run docs:build` makes it in .edge-lab/site. Its pages are docs/.
 *
 * EDGE_LAB_DOCS_BASE: the path that it is served under (GitHub Pages: /REPOSITORY/), / if left out.
 * EDGE_LAB_REPOSITORY_URL: where links to sources lead, e.g. https://github.com/me/edge-lab; without it they are plain text.
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitepress";
import { githubSlug } from "../github-slug.ts";
import { mermaidFences } from "../mermaid-fences.ts";
import { outsideLinks } from "../outside-links.ts";
import { sidebar } from "../sidebar.ts";

const repositoryUrl = process.env.EDGE_LAB_REPOSITORY_URL || undefined;
/** What pages link to or show as a file, not as a page. */
const FILE_FOLDERS = ["img", "schema", "monitoring"];

export default defineConfig({
  title: "edge-lab",
  description: "A declarative bare-metal Kubernetes lab from machines without a BMC",
  lang: "en-GB",
  base: process.env.EDGE_LAB_DOCS_BASE || "/",
  srcDir: "../docs",
  outDir: "../.edge-lab/site",
  cacheDir: "../.edge-lab/site-cache",
  markdown: {
    anchor: { slugify: githubSlug },
    config(markdown) {
      outsideLinks(markdown, repositoryUrl);
      mermaidFences(markdown);
    },
  },
  buildEnd({ srcDir, outDir }) {
    for (const folder of FILE_FOLDERS)
      cpSync(join(srcDir, folder), join(outDir, folder), { recursive: true });
  },
  themeConfig: {
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    ...(repositoryUrl === undefined ? {} : { socialLinks: [{ icon: "github", link: repositoryUrl }] }),
  },
});
