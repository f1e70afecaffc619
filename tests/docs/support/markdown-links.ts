import { githubSlug } from "../../../site/github-slug.ts";

/** What a page in Markdown links to and shows, as it is written there, and the anchors that it has. */
export interface MarkdownLinks {
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

/** Reads a page as GitHub does; blocks and spans of code hold no links and no headings. Pure. */
export function markdownLinks(markdown: string): MarkdownLinks {
  const text = markdown.replace(/^( *)(```+|~~~+).*?\n[\s\S]*?^\1\2 *$/gm, "");
  const seen = new Map<string, number>();
  const anchors = [...text.matchAll(/^#{1,6} +(.+?) *#* *$/gm)].map(([, heading = ""]) => {
    const slug = githubSlug(heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, ""));
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
  const prose = text.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "code");
  const links = [
    ...[...prose.matchAll(/\]\(<?([^)>\s]+)>?(?: "[^"]*")?\)/g)].map(([, link = ""]) => link),
    ...[...prose.matchAll(/\b(?:href|src|srcset)="([^"]+)"/g)].map(([, link = ""]) => link),
  ];
  return { links, anchors: new Set(anchors) };
}
