/** A file to write, as a whole or with some lines changed, or a command with what it prints. */
export type GuideStep =
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | { readonly kind: "change"; readonly path: string; readonly before: string; readonly after: string }
  | { readonly kind: "command"; readonly command: string; readonly output: string };

/**
 * What a guide in Markdown has its reader do, in order. A fenced block is a file that the line `**`path`**` above it
 * names, a `diff` of such a file, or a `console` with `$ command` lines and their output.
 * @throws {Error} for any other block, since nothing would run it
 */
export function guideSteps(markdown: string): GuideStep[] {
  const blocks = markdown.matchAll(
    /(?:^\*\*`(?<path>[^`]+)`\*\*\n\n)?^```(?<language>\w+)\n(?<text>.*?)^```$/gms,
  );
  return [...blocks].flatMap(({ groups = {} }): GuideStep[] => {
    const { path, language = "", text = "" } = groups;
    if (language === "console") return commands(text);
    if (path === undefined) throw new Error(`a ${language} block that no test could run:\n${text}`);
    if (language !== "diff") return [{ kind: "file", path, text }];
    const side = (other: string): string =>
      text
        .split(/^/m)
        .filter((line) => !line.startsWith(other))
        .map((line) => line.slice(1))
        .join("");
    return [{ kind: "change", path, before: side("+"), after: side("-") }];
  });
}

function commands(text: string): GuideStep[] {
  return text.split(/^\$ /m).flatMap((part, index): GuideStep[] => {
    if (index === 0) return [];
    const [command = "", ...output] = part.split("\n");
    return [{ kind: "command", command, output: output.join("\n") }];
  });
}
