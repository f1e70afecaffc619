import type { MarkdownRenderer } from "vitepress";

/** A `mermaid` block becomes the theme's component, which draws it; its text stays readable for whoever has no script. */
export function mermaidFences(markdown: MarkdownRenderer): void {
  const plain = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, index, options, env, renderer) => {
    const token = tokens[index];
    if (token?.info.trim() !== "mermaid") return plain?.(tokens, index, options, env, renderer) ?? "";
    return `<MermaidDiagram code="${encodeURIComponent(token.content)}" />\n`;
  };
}
