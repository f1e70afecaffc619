import type { Command, Option } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

interface Completed {
  /** Empty for what stands before a command. */
  readonly name: string;
  readonly description: string;
  /** Values that its arguments choose from. */
  readonly words: readonly string[];
  readonly options: readonly Option[];
}

/**
 * A script for a shell that completes a program's commands, options and the values that they choose from, made from the
 * commands as commander knows them, so that it cannot fall behind. It needs nothing but the shell and, in it, nothing is run. Pure.
 */
export function completionScript(program: Command, shell: Shell): string {
  const name = program.name();
  const commands = program.commands.map(described);
  const all: readonly Completed[] = [{ ...described(program), name: "" }, ...commands];
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](name, all);
}

function described(command: Command): Completed {
  return {
    name: command.name(),
    description: command.description(),
    words: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    options: [...command.options, ...command.createHelp().visibleOptions(command)].filter(
      (option, index, options) => options.findIndex(({ long }) => long === option.long) === index,
    ),
  };
}

const flags = ({ short, long }: Option): string[] => [short, long].filter((flag) => flag !== undefined);
const choices = (options: readonly Option[]): readonly (readonly [string, readonly string[]])[] =>
  options.flatMap((option) =>
    option.argChoices === undefined
      ? []
      : flags(option).map((flag) => [flag, option.argChoices ?? []] as const),
  );
const files = (options: readonly Option[]): string[] =>
  options.filter(({ flags: text }) => /[<[]file[\]>]/.test(text)).flatMap(flags);

function bashScript(name: string, all: readonly Completed[]): string {
  const cases = all.map(({ name: of, words, options }) => {
    const commands = of === "" ? all.flatMap((one) => (one.name === "" ? [] : [one.name])) : words;
    const values = choices(options).map(
      ([flag, list]) => `      "${of} ${flag}") words="${list.join(" ")}" ;;\n`,
    );
    const paths = files(options).map((flag) => `      "${of} ${flag}") files=1 ;;\n`);
    const own = `      "${of} "*) words="${[...commands, ...options.flatMap(flags)].join(" ")}" ;;\n`;
    return [...values, ...paths, own].join("");
  });
  return `# bash completion of ${name}: source <(${name} completion bash)
_${name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" files="" one skip=""
  for one in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ -n "$skip" ]; then skip=""; continue; fi
    case "$one" in
      ${takesValue(all[0])}) skip=1 ;;
      -*) ;;
      *) command="$one"; break ;;
    esac
  done
  case "$command $before" in
${cases.join("")}  esac
  if [ -n "$files" ]; then COMPREPLY=($(compgen -f -- "$word")); else COMPREPLY=($(compgen -W "$words" -- "$word")); fi
}
complete -F _${name} ${name}
`;
}

/** Options before a command whose value is no command. */
function takesValue(program: Completed | undefined): string {
  const options = program?.options.filter(({ required, optional }) => required || optional) ?? [];
  return options.flatMap(flags).join("|") || "--";
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const escaped = (text: string): string => text.replaceAll(/[[\]:]/g, String.raw`\$&`);

function zshScript(name: string, all: readonly Completed[]): string {
  const [program, ...commands] = all;
  const specs = (options: readonly Option[]): string[] =>
    options.flatMap((option) =>
      flags(option).map((flag) => {
        const value = option.argChoices
          ? `:value:(${option.argChoices.join(" ")})`
          : /[<[]file[\]>]/.test(option.flags)
            ? ":file:_files"
            : option.required
              ? ":value:"
              : "";
        return quoted(`${flag}[${escaped(option.description)}]${value}`);
      }),
    );
  const list = commands.map(({ name: of, description }) => quoted(`${escaped(of)}:${description}`));
  const cases = commands.map(({ name: of, words, options }) => {
    const rest = words.length > 0 ? quoted(`*:argument:(${words.join(" ")})`) : quoted("*:argument:");
    return `    ${of}) _arguments ${[...specs(options), rest].join(" ")} ;;`;
  });
  return `#compdef ${name}
# zsh completion of ${name}: source <(${name} completion zsh), after compinit
_${name}() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(${list.join(" ")})
  _arguments -C ${specs(program?.options ?? []).join(" ")} '1:command:->command' '*::argument:->argument'
  case "$state" in
  command) _describe command commands ;;
  argument)
    case "\${words[1]}" in
${cases.join("\n")}
    esac ;;
  esac
}
compdef _${name} ${name}
`;
}

function fishScript(name: string, all: readonly Completed[]): string {
  const lines = all.flatMap(({ name: of, description, words, options }) => {
    const when = of === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${of}`;
    const complete = `complete -c ${name} -n ${quoted(when)}`;
    return [
      ...(of === ""
        ? []
        : [`complete -c ${name} -n '__fish_use_subcommand' -f -a ${of} -d ${quoted(description)}`]),
      ...words.map((word) => `${complete} -f -a ${quoted(word)}`),
      ...options.map((option) => {
        const long = option.long === undefined ? "" : ` -l ${option.long.slice(2)}`;
        const short = option.short === undefined ? "" : ` -s ${option.short.slice(1)}`;
        const isFile = /[<[]file[\]>]/.test(option.flags);
        const value = option.argChoices
          ? ` -x -a ${quoted(option.argChoices.join(" "))}`
          : isFile
            ? " -r -F"
            : option.required
              ? " -x"
              : " -f";
        return `${complete}${short}${long}${value} -d ${quoted(option.description)}`;
      }),
    ];
  });
  return `# fish completion of ${name}\ncomplete -c ${name} -f\n${lines.join("\n")}\n`;
}
