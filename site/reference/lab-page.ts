import type { Command } from "commander";
import { labProgram } from "../../cli/lab/lab-program.ts";

const WIDTH = 110;

/** The page of every command of `lab`: what its --help says, from the commands themselves. */
export function labPage(): string {
  const program = labProgram();
  const { commands } = program;
  const sections = commands.map((command) => `## lab ${command.name()}\n\n${helpBlock(command)}`);
  return `# Every command of \`lab\`

What \`lab COMMAND --help\` says. Made by \`npm run docs:generate\` from the commands themselves; what they are good for is told in
[the lab command](../lab-command.md). In a clone without \`npm link\`: \`npm run -s lab -- COMMAND\`.

${helpBlock(program)}

${sections.join("\n\n")}
`;
}

/** With what stands after the options: examples and exit codes. */
function helpBlock(command: Command): string {
  let text = "";
  command.configureHelp({ helpWidth: WIDTH });
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
}
