import { posix } from "node:path";
import type { MarkdownRenderer } from "vitepress";

/**
 * Links of pages to files that are no pages. One that leaves docs/ leads to the repository on its host, where that is known,
 * and else becomes its text: a site has no such file. One to another file in docs/ stays, as those are copied.
 * @param repositoryUrl without a slash at its end, e.g. https://github.com/me/edge-lab
 */
export function outsideLinks(markdown: MarkdownRenderer, repositoryUrl: string | undefined): void {
  markdown.core.ruler.push("outside-links", ({ tokens, env }) => {
    const page = posix.join("docs", String(env.relativePath ?? ""));
    for (const { children } of tokens) {
      // Links do not nest: what was opened last is what is closed next.
      let removed = false;
      for (const token of children ?? []) {
        if (token.type === "link_open") {
          const path = outside(page, String(token.attrGet("href")));
          removed = path !== undefined && repositoryUrl === undefined;
          if (path !== undefined && repositoryUrl !== undefined) {
            token.attrSet("href", `${repositoryUrl}/blob/main/${path}`);
          }
          if (removed) {
            token.tag = "span";
            token.attrs = [["title", `${path} in the repository`]];
          }
        } else if (token.type === "link_close" && removed) {
          token.tag = "span";
          removed = false;
        }
      }
    }
  });
}

/** The path in the repository, with its anchor, of a link of that page which leaves docs/; undefined of any other. */
function outside(page: string, href: string): string | undefined {
  if (/^[a-z]+:|^#/i.test(href)) return undefined;
  const [path = "", anchor] = href.split("#");
  const file = posix.join(posix.dirname(page), path);
  if (file.startsWith("docs/")) return undefined;
  return anchor === undefined ? file : `${file}#${anchor}`;
}
