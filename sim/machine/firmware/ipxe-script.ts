/** What a boot script ends in. */
export type IpxeOutcome =
  | {
      readonly kind: "kernel";
      readonly kernel: string;
      readonly initrds: readonly string[];
      readonly parameters: ReadonlyMap<string, string>;
    }
  /** sanboot: the disk. */
  | { readonly kind: "disk" }
  | { readonly kind: "poweroff" | "reboot" }
  /** exit, or the end of the script: the firmware goes on with its next device. */
  | { readonly kind: "exit" };

/** Steps a script may take: one that loops for ever must not hang the simulator. */
const MOST_STEPS = 1_000;

/**
 * Carries out the part of iPXE's language that Ironic's boot scripts use (ironic, drivers/modules/ipxe_config.template;
 * https://ipxe.org/scripting): goto and labels, kernel, initrd, boot, sanboot, exit, poweroff, reboot, `||` and `&&`
 * chains. Commands that only talk, wait or set variables succeed without an effect; `iseq` fails, so a retry counter
 * never runs out here: the machine's own time-out does that.
 *
 * @param variables such as mac, the address of the network card that boots, in iPXE's spelling with colons.
 * @param download is asked for each kernel and initrd, by its URL; rejects when it cannot be had.
 * @throws Error for a label that is not there, a `boot` without a kernel, or a script that never ends.
 */
export async function runIpxeScript(
  script: string,
  variables: Readonly<Record<string, string>>,
  download: (url: string) => Promise<void>,
): Promise<IpxeOutcome> {
  const expanded = script.replace(/\$\{([\w/:]+)\}/g, (_, name: string) => variables[name] ?? "");
  const lines = expanded.split("\n").map((line) => line.trim());
  const label = (name: string): number => {
    const at = lines.indexOf(`:${name}`);
    if (at < 0) throw new Error(`the boot script has no label ${name}`);
    return at;
  };
  let kernel: { readonly url: string; readonly words: readonly string[] } | undefined;
  let initrds: string[] = [];
  let at = 0;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const line = lines[at];
    if (line === undefined) return { kind: "exit" };
    at += 1;
    if (line === "" || line.startsWith("#") || line.startsWith(":")) continue;
    let well = true;
    for (const { operator, command } of chain(line)) {
      if ((operator === "||" && well) || (operator === "&&" && !well)) continue;
      const [name = "", ...args] = words(command);
      well = true;
      if (name === "goto") {
        at = label(args[0] ?? "");
        break;
      } else if (name === "kernel") {
        const [url = "", ...rest] = args;
        well = await succeeds(download(url));
        if (well) kernel = { url, words: rest };
      } else if (name === "initrd") {
        well = await succeeds(download(args[0] ?? ""));
        if (well) initrds.push(args[0] ?? "");
      } else if (name === "imgfree") {
        kernel = undefined;
        initrds = [];
      } else if (name === "boot") {
        if (!kernel) throw new Error("the boot script boots without a kernel");
        return { kind: "kernel", kernel: kernel.url, initrds, parameters: parametersOf(kernel.words) };
      } else if (name === "sanboot") return { kind: "disk" };
      else if (name === "poweroff" || name === "reboot") return { kind: name };
      else if (name === "exit") return { kind: "exit" };
      else if (name === "iseq") well = false;
    }
  }
  throw new Error(`the boot script is not done after ${MOST_STEPS} steps`);
}

/** A line's commands with what stands before each. */
function chain(line: string): { operator: "" | "||" | "&&"; command: string }[] {
  const parts = line.split(/\s*(\|\||&&)\s*/);
  const commands: { operator: "" | "||" | "&&"; command: string }[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const command = parts[index] ?? "";
    if (command === "") continue;
    commands.push({ operator: index === 0 ? "" : (parts[index - 1] as "||" | "&&"), command });
  }
  return commands;
}

/** Words, without options: a value follows `--timeout`. */
function words(command: string): string[] {
  return command
    .replace(/--timeout\s+\S+\s*/g, "")
    .split(/\s+/)
    .filter((word) => word !== "" && !word.startsWith("--"));
}

function parametersOf(list: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    list.map((word) => {
      const at = word.indexOf("=");
      return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

function succeeds(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
