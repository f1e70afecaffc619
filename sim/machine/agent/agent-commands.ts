import { z } from "zod";
import { AgentError } from "./agent-error.ts";
import { agentIdentity } from "./agent-identity.ts";
import type { AgentCommand, CommandTableOptions } from "./command-table.ts";
import { imageInfo } from "./image-info.ts";
import type { ImageWriter } from "./image-writer.ts";
import type { Journal } from "./journal.ts";
import type { MachineStorage, NodeDisks } from "./machine-storage.ts";
import type { MachineTime } from "./machine-time.ts";

/** Simulated seconds for each disk. */
const WIPE_METADATA_S = 3;
const WIPE_DISK_S = 30;
const SHUTDOWN_S = 2;

const record = z.record(z.string(), z.unknown());
const node = z.looseObject({ properties: record.nullish(), instance_info: record.nullish() });
const stepParameters = z.looseObject({
  step: z.looseObject({ step: z.string(), args: record.nullish() }),
  node,
});

type Extensions = CommandTableOptions["commands"];

export interface AgentCommandsOptions {
  readonly storage: MachineStorage;
  readonly writer: ImageWriter;
  readonly time: MachineTime;
  readonly journal: Journal;
  readonly inventory: () => unknown;
  /** The end of the agent: what the machine does then. */
  readonly leave: (to: "poweroff" | "reboot" | "lockdown") => void;
}

/** The commands that the agent carries out, by extension and name, as Ironic 39 gives them. */
export class AgentCommands {
  readonly #options: AgentCommandsOptions;
  #rootIdentifier: string | undefined;

  constructor(options: AgentCommandsOptions) {
    this.#options = options;
  }

  get extensions(): Extensions {
    const { journal, inventory, leave } = this.#options;
    return {
      clean: {
        get_clean_steps: atOnce(() => steps("clean_steps", CLEAN_STEPS)),
        execute_clean_step: inTime((params) => this.#step("clean", params)),
      },
      deploy: {
        get_deploy_steps: atOnce(() => steps("deploy_steps", DEPLOY_STEPS)),
        execute_deploy_step: inTime((params) => this.#step("deploy", params)),
      },
      image: {
        // Whole-disk images bring their own boot loader; the firmware's entry for it is the firmware's affair.
        install_bootloader: inTime(() => undefined),
      },
      log: { collect_system_logs: atOnce(() => ({ system_logs: journal.archive() })) },
      poll: { get_hardware_info: atOnce(inventory) },
      rescue: {
        finalize_rescue: atOnce(() => {
          throw new AgentError("CommandExecutionError", "A simulated machine has no rescue system.");
        }),
      },
      standby: {
        get_partition_uuids: atOnce(() =>
          this.#rootIdentifier ? { "root uuid": this.#rootIdentifier } : {},
        ),
        power_off: inTime(() => this.#leave("poweroff")),
        run_image: inTime(() => this.#leave("reboot")),
        sync: atOnce(() => undefined),
      },
      system: { lockdown: atOnce(() => leave("lockdown")) },
    };
  }

  async #leave(to: "poweroff" | "reboot"): Promise<void> {
    await this.#options.time.pass(SHUTDOWN_S);
    this.#options.leave(to);
  }

  async #step(kind: "clean" | "deploy", params: Readonly<Record<string, unknown>>): Promise<unknown> {
    const parsed = stepParameters.safeParse(params);
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0] ?? { path: [], message: "invalid" };
      throw new AgentError("CommandExecutionError", `${kind} step: parameter ${path.join(".")}: ${message}`);
    }
    const { step } = parsed.data;
    checkVersion(params[`${kind}_version`]);
    const known = (kind === "clean" ? CLEAN_STEPS : DEPLOY_STEPS).some((one) => one.step === step.step);
    if (!known) throw new AgentError("RESTError", `Could not find method: ${step.step}`);
    const { journal } = this.#options;
    journal.note(`${kind} step`, step.step);
    const result = await this.#carryOut(step.step, disksOf(parsed.data.node), step.args ?? {});
    return { [`${kind}_result`]: result, [`${kind}_step`]: params.step };
  }

  #carryOut(step: string, disks: NodeDisks, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    switch (step) {
      case "erase_devices":
        return this.#wipe(disks, WIPE_DISK_S);
      case "write_image":
        return this.#writeImage(disks, args);
      default:
        return this.#wipe(disks, WIPE_METADATA_S);
    }
  }

  /** All disks but those that the node keeps by skip_block_devices. */
  async #wipe(disks: NodeDisks, seconds: number): Promise<null> {
    const { storage, time, journal } = this.#options;
    for (const { name } of usable(storage, disks)) {
      await time.pass(seconds);
      storage.disk(name).wipe();
      journal.note("disk wiped", name);
    }
    return null;
  }

  async #writeImage(disks: NodeDisks, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { storage, writer, journal } = this.#options;
    const info = imageInfo(args.image_info);
    const device = storage.rootDevice(disks);
    const configDrive =
      typeof args.configdrive === "string" ? args.configdrive : (info.configdrive ?? undefined);
    this.#rootIdentifier = await writer.write(info, configDrive, storage.disk(device.name), device);
    const done = `image (${info.id}) written to device ${device.name} root_uuid=${this.#rootIdentifier}`;
    journal.note("image written", `${info.urls[0]} to ${device.name}`);
    return { result: `prepare_image: ${done}` };
  }
}

const step = (name: string, priority: number) => ({
  step: name,
  priority,
  interface: "deploy",
  reboot_requested: false,
});
const abortable = (name: string, priority: number) => ({ ...step(name, priority), abortable: true });

const CLEAN_STEPS = [
  abortable("erase_devices", 10),
  abortable("erase_devices_metadata", 99),
  abortable("erase_devices_express", 0),
];
const DEPLOY_STEPS = [step("erase_devices_metadata", 0), step("write_image", 0)];
const VERSION = { [agentIdentity.manager]: agentIdentity.managerVersion };

function steps(key: string, list: readonly unknown[]): unknown {
  return { [key]: { [agentIdentity.manager]: list }, hardware_manager_version: VERSION };
}

/** Ironic gives back the version with which it was told the steps; another agent may know others. */
function checkVersion(version: unknown): void {
  if (version === undefined || version === null) return;
  const same = JSON.stringify(version) === JSON.stringify(VERSION);
  if (same) return;
  throw new AgentError(
    "VersionMismatch",
    `Current versions: ${JSON.stringify(VERSION)}, versions used by ironic: ${JSON.stringify(version)}`,
  );
}

function disksOf({ properties, instance_info }: z.infer<typeof node>): NodeDisks {
  return { properties: properties ?? undefined, instance_info: instance_info ?? undefined };
}

function usable(storage: MachineStorage, disks: NodeDisks): ReturnType<MachineStorage["usable"]> {
  try {
    return storage.usable(disks);
  } catch (error) {
    throw new AgentError("CleaningError", `skip_block_devices of the node: ${(error as Error).message}`);
  }
}

function atOnce(run: AgentCommand["run"]): AgentCommand {
  return { asynchronous: false, run };
}

function inTime(run: AgentCommand["run"]): AgentCommand {
  return { asynchronous: true, run };
}
