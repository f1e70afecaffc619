import { Command, InvalidArgumentError } from "commander";
import { execa } from "execa";
import { emulatorEndpoint } from "../../../components/config/resolve/bmc-address.ts";
import { emulatorNames, emulatorPort, labNamespace } from "../../../components/redfish-emulator/names.ts";
import { forwardedPort } from "../forwarded-port.ts";
import { LabError } from "../lab-error.ts";
import { podsOf } from "../pods-of.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./examples.ts";

interface ConsoleOptions {
  readonly port: number;
  readonly direct?: true;
  readonly open?: true;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("give a port from 0 (any free one) to 65535.");
}

const login = `login: Secret ${emulatorNames.credentials} in namespace ${labNamespace}; certificate: by the lab's own authority`;

/** `lab console` */
export function consoleCommand({ open, note }: CommandContext): Command {
  return new Command("console")
    .description(
      "a way to the emulator's console from this machine alone, through the infra cluster's API, until Ctrl-C",
    )
    .option("--port <number>", "on this machine (default: a free one)", portNumber, 0)
    .option(
      "--direct",
      "its address on the network instead, if the stack file gives it one (emulator.address)",
    )
    .option("--open", "in the browser")
    .addHelpText("after", examples("lab console --open", "lab console --direct"))
    .action(async ({ port, direct, open: show }: ConsoleOptions) => {
      const lab = await open();
      if (direct) {
        if (lab.config.emulator.address === undefined) {
          throw new LabError(
            "the emulator is reached within the infra cluster only",
            "Leave --direct out, or give it edge-lab:emulator.address",
          );
        }
        await tell(`https://${emulatorEndpoint(lab.config)}/console/`, show);
        return;
      }
      const api = lab.infra();
      const [pod] = await podsOf(api, { namespace: labNamespace, deployment: emulatorNames.workload });
      if (pod === undefined) throw new LabError("the emulator has no pod", "Run lab doctor");
      const interrupt = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort());
      const forwarded = await forwardedPort(api, {
        namespace: labNamespace,
        pod,
        podPort: emulatorPort,
        port,
        signal: interrupt.signal,
        note: (line) => note(`${line}. In the sim, whose pods are processes, use lab console --direct.`),
      });
      await tell(`https://127.0.0.1:${forwarded.port}/console/`, show);
      await forwarded.ended;
      process.exitCode = 130;
    });

  async function tell(url: string, show: true | undefined): Promise<void> {
    console.log(url);
    note(login);
    if (!show) return;
    const opener = process.platform === "darwin" ? "open" : "xdg-open";
    const { failed } = await execa(opener, [url], { reject: false, stdio: "ignore", timeout: 10_000 });
    if (failed) note(`${opener} could not open it: do so by hand`);
  }
}
