/** Text as it may stand in a cell of a Markdown table, on GitHub and on the site: outside code no tag and no template. */
export function tableCell(text: string): string {
  return text
    .replaceAll("\n", " ")
    .replaceAll("|", "\\|")
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith("`") ? part : part.replaceAll("<", "&lt;").replaceAll("{{", "&#123;&#123;"),
    )
    .join("");
}
