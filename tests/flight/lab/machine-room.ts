import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deviceControl } from "../../../sim/lab/device-control.ts";
import { socketControl } from "../../../sim/lab/socket-control.ts";
import type { MachineFaults } from "../../../sim/machine/machine-faults.ts";
import type { SimSettings } from "../../../sim/settings.ts";
import { machinesFolder, machinesSocket } from "../../../sim/steps/machines.ts";

/** A person in front of the simulated machines and their devices, who presses buttons and breaks things. */
export class MachineRoom {
  readonly #settings: SimSettings;

  constructor(settings: SimSettings) {
    this.#settings = settings;
  }

  /** Replaces all faults of a machine; `{}` mends it. */
  break(host: string, faults: MachineFaults): Promise<unknown> {
    const path = `/machines/${encodeURIComponent(host)}/faults`;
    return socketControl(machinesSocket(this.#settings), "PUT", path, faults);
  }

  /** Replaces all faults of a device, by their names in sim/devices; `{}` mends it. */
  breakDevice(host: string, faults: Readonly<Record<string, unknown>>): Promise<unknown> {
    return deviceControl(this.#settings, "PUT", `/devices/${encodeURIComponent(host)}/faults`, faults);
  }

  /** The machine's power button, or the button on the plug: on or off, whichever it is not. */
  pressButton(host: string): Promise<unknown> {
    return deviceControl(this.#settings, "POST", `/devices/${encodeURIComponent(host)}/button`);
  }

  async isOn(host: string): Promise<boolean> {
    const { power } = await deviceControl<{ power: string }>(this.#settings, "GET", `/devices/${host}`);
    return power === "on";
  }

  /** The file system on a data disk, as a program on the machine would write to it. */
  writeToDisk(host: string, device: string, file: string, text: string): void {
    const content = this.#content(host, device);
    mkdirSync(content, { recursive: true });
    writeFileSync(join(content, file), text);
  }

  /** Undefined when there is no such file on it. */
  readFromDisk(host: string, device: string, file: string): string | undefined {
    const path = join(this.#content(host, device), file);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  #content(host: string, device: string): string {
    return join(machinesFolder(this.#settings), host, device.replace("/dev/", ""), "files", "content");
  }
}
