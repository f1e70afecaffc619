import { Argument, Command } from "commander";
import { completionScript, type Shell, shells } from "../completion.ts";
import { examples } from "./examples.ts";

/** `lab completion`, which has to be the last one that the program is given: it tells of those before it. */
export function completionCommand(program: Command): Command {
  return new Command("completion")
    .description("a script that completes lab's commands and options")
    .addArgument(new Argument("<shell>", "whose script").choices(shells))
    .addHelpText(
      "after",
      examples(
        "source <(lab completion bash)      # in ~/.bashrc",
        "source <(lab completion zsh)       # in ~/.zshrc, after compinit",
        "lab completion fish > ~/.config/fish/completions/lab.fish",
      ),
    )
    .action((shell: Shell) => {
      process.stdout.write(completionScript(program, shell));
    });
}
