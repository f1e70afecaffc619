/** An expected output as a pattern: `…` stands for anything within its line, and alone for any lines. */
export function outputPattern(expected: string): RegExp {
  const lines = expected.split(/(?<=\n)/).map((line) => {
    if (line.trim() === "…") return "(?:.*\n)*?";
    return line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", ".*");
  });
  return new RegExp(`^${lines.join("")}$`);
}
