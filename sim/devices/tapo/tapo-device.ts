import { CallCounters } from "../call-counters.ts";
import { type Clock, systemClock } from "../clock.ts";
import { DevicePort } from "../device-port.ts";
import { Machine } from "../machine.ts";
import { PowerStore } from "../power-store.ts";
import type { DeviceSnapshot, SimulatedDevice } from "../simulated-device.ts";
import { Switches } from "../switches.ts";
import { Discovery } from "./discovery.ts";
import { KlapLogin } from "./klap-login.ts";
import { PLUG_MODELS, type PlugModel } from "./plug-model.ts";
import { PlugState } from "./plug-state.ts";
import { RequestHandler } from "./request-handler.ts";
import { type TapoFaults, tapoFaultsSchema } from "./tapo-faults.ts";
import { TapoHttp } from "./tapo-http.ts";
import { TapoRoutes } from "./tapo-routes.ts";

export interface TapoDeviceOptions {
  readonly name: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** TCP; 0 or nothing picks a free one. */
  readonly port?: number;
  /** The TP-Link account's e-mail, case sensitive. */
  readonly username: string;
  readonly password: string;
  /** The relay's position when none is on disk; "off" without it. */
  readonly power?: "on" | "off";
  /** UDP; 0 picks a free one; without it there is no discovery. */
  readonly discoveryPort?: number;
  /** P100 unless given; a P110 has an energy meter. */
  readonly model?: PlugModel["name"];
  readonly timing?: { /** From the command to the relay's click; 0. */ readonly switchMs?: number };
  readonly faults?: unknown;
  /** Where the relay's position is kept; nowhere without it. */
  readonly stateDir?: string;
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
}

/** A running simulated plug. */
export interface TapoDevice extends SimulatedDevice {
  readonly kind: "tapo";
  readonly faults: Readonly<TapoFaults>;
  readonly discoveryPort: number | undefined;
  /** Ends every session, as the plug does by itself now and then. */
  dropSessions(): void;
}

/**
 * Starts a simulated TP-Link Tapo P100 or P110 that speaks KLAP v2.
 * @throws PortError when a port cannot be had; Error when `faults` has a mistake. Nothing stays open then.
 */
export async function startTapoDevice(options: TapoDeviceOptions): Promise<TapoDevice> {
  const { name, host = "127.0.0.1", clock = systemClock, log = () => {} } = options;
  const faults = new Switches<TapoFaults>(name, tapoFaultsSchema, options.faults);
  const machine = new Machine(name, new PowerStore(options.stateDir, name), clock, options.power ?? "off");
  const counters = new CallCounters();
  const model = PLUG_MODELS[options.model ?? "P100"];
  const switchMs = options.timing?.switchMs ?? 0;
  const plug = new PlugState({ name, model, ip: host, machine, clock, switchMs });
  const login = new KlapLogin(options.username, options.password, clock, () => faults.current);
  const handler = new RequestHandler(plug, () => faults.current);
  const routes = new TapoRoutes({ login, handler, plug, faults, counters, log });
  const http = new TapoHttp({ routes, faults, counters, clock, log });
  const tcp = new DevicePort(http.server, name);
  const port = await tcp.listen(host, options.port ?? 0);
  const address = `${host}:${port}`;

  const probed = () => {
    log("discovery probe");
    faults.change({ deadUntilProbe: false });
  };
  const discovery = new Discovery(name, () => description(plug, host, port), probed);
  let discoveryPort: number | undefined;
  const close = async () => {
    plug.stop();
    await Promise.all([tcp.close(), discovery.close()]);
  };
  try {
    if (options.discoveryPort !== undefined) {
      discoveryPort = await discovery.listen(host, options.discoveryPort);
    }
  } catch (error) {
    await close();
    throw error;
  }

  return {
    name,
    kind: "tapo",
    host,
    port,
    address,
    discoveryPort,
    get power() {
      return machine.power;
    },
    get boots() {
      return machine.boots;
    },
    get counters() {
      return counters.snapshot();
    },
    get faults() {
      return faults.current;
    },
    setFaults: (next) => faults.replace(next),
    resetCounters: () => counters.reset(),
    pressButton: () => plug.switch(!plug.on, "button"),
    machineDid(action) {
      // The relay stays closed when the machine behind it shuts down: a plug cannot see that.
      if (action === "reboot" && plug.on) machine.start("reboot");
    },
    unplug: () => plug.switch(false, "unplugged"),
    onPower: (listener) => machine.onPower(listener),
    dropSessions: () => login.forget(),
    snapshot: (): DeviceSnapshot => ({
      name,
      kind: "tapo",
      address,
      power: machine.power,
      calls: counters.snapshot(),
      faults: faults.current,
      boots: machine.boots,
    }),
    close,
  };
}

/** The answer to a discovery probe. `http_port` is obeyed by python-kasa, so that it finds a plug on any port. */
function description(plug: PlugState, ip: string, httpPort: number): unknown {
  return {
    error_code: 0,
    result: {
      device_id: plug.identity.deviceId,
      owner: plug.identity.owner,
      device_type: "SMART.TAPOPLUG",
      device_model: plug.model.name,
      ip,
      mac: plug.identity.mac,
      factory_default: false,
      is_support_iot_cloud: true,
      mgt_encrypt_schm: { is_support_https: false, encrypt_type: "KLAP", http_port: httpPort, lv: 2 },
    },
  };
}
