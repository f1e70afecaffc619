import { parseAllDocuments } from "yaml";

interface PhaseConfiguration {
  readonly kind?: string;
  readonly skipPhases?: readonly string[];
}

/**
 * The arguments of the real kubeadm for those given here: `init` and `join` leave out the phase `preflight`, which asks for
 * a container runtime and cannot be told to go without one (it pulls images).
 *
 * `--skip-phases` on the command line makes kubeadm disregard `skipPhases` of its configuration file (kubeadm
 * cmd/init.go, cmd/join.go), so those have to be named again.
 *
 * @param readFile gives the text of the configuration file.
 */
export function kubeadmArguments(args: readonly string[], readFile: (path: string) => string): string[] {
  const index = args.findIndex((argument) => !argument.startsWith("-"));
  const command = args[index];
  // `kubeadm init phase …` runs single phases: nothing to leave out there.
  if ((command !== "init" && command !== "join") || args[index + 1] === "phase") return [...args];
  const asked = valuesOf("--skip-phases", args).flatMap((value) => value.split(","));
  const rest = withoutFlag("--skip-phases", args);
  const file = valuesOf("--config", args)[0];
  const configured = asked.length > 0 || file === undefined ? [] : configuredPhases(command, readFile(file));
  return [...rest, `--skip-phases=${[...new Set(["preflight", ...asked, ...configured])].join(",")}`];
}

function configuredPhases(command: "init" | "join", text: string): readonly string[] {
  const kind = command === "init" ? "InitConfiguration" : "JoinConfiguration";
  return parseAllDocuments(text)
    .map((document) => document.toJS() as PhaseConfiguration | null)
    .filter((document) => document?.kind === kind)
    .flatMap((document) => document?.skipPhases ?? []);
}

/** Both `--flag value` and `--flag=value`. */
function valuesOf(flag: string, args: readonly string[]): string[] {
  return args.flatMap((argument, index) => {
    if (argument.startsWith(`${flag}=`)) return [argument.slice(flag.length + 1)];
    const next = args[index + 1];
    return argument === flag && next !== undefined ? [next] : [];
  });
}

function withoutFlag(flag: string, args: readonly string[]): string[] {
  return args.filter(
    (argument, index) => argument !== flag && !argument.startsWith(`${flag}=`) && args[index - 1] !== flag,
  );
}
