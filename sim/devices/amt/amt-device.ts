import { CallCounters } from "../call-counters.ts";
import { type Clock, systemClock } from "../clock.ts";
import { DevicePort } from "../device-port.ts";
import { Machine } from "../machine.ts";
import { PowerStore } from "../power-store.ts";
import type { DeviceSnapshot, SimulatedDevice } from "../simulated-device.ts";
import { Switches } from "../switches.ts";
import { type AmtFaults, amtFaultsSchema } from "./amt-faults.ts";
import { AmtHttp } from "./amt-http.ts";
import { BootConfiguration } from "./boot-configuration.ts";
import { DigestLogin } from "./digest-login.ts";
import { EngineSleep } from "./engine-sleep.ts";
import { identityClasses } from "./identity-classes.ts";
import { AMT_VERSION, platformOf } from "./platform.ts";
import { powerClasses } from "./power-classes.ts";
import { type AmtTiming, DEFAULT_TIMING, PowerControl } from "./power-control.ts";
import { settingsClasses } from "./settings-classes.ts";
import { tlsIdentity } from "./tls-identity.ts";
import { WsmanService } from "./wsman-service.ts";

export interface AmtDeviceOptions {
  readonly name: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** TCP; 0 or nothing picks a free one. */
  readonly port?: number;
  readonly username: string;
  readonly password: string;
  /** Derived from the name when it is not given. */
  readonly uuid?: string;
  /** The first is the wired port's. */
  readonly macs?: readonly string[];
  /** The machine's power when none is on disk; "off" without it. */
  readonly power?: "on" | "off";
  readonly timing?: Partial<AmtTiming>;
  /** HTTPS with a self-signed certificate in place of HTTP. */
  readonly tls?: boolean;
  readonly faults?: unknown;
  /** Where the machine's power (and the certificate) are kept; nowhere without it. */
  readonly stateDir?: string;
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
}

/** A running simulated AMT engine. */
export interface AmtDevice extends SimulatedDevice {
  readonly kind: "amt";
  readonly faults: Readonly<AmtFaults>;
  readonly uuid: string;
  /** SHA-256 of the certificate as Node writes it (AA:BB:...); with TLS only. */
  readonly fingerprint256: string | undefined;
  /** Every nonce in use becomes stale. */
  forgetNonces(): void;
}

/**
 * Starts a simulated Intel AMT 12 engine of a Lenovo M920q that speaks WS-Management with digest.
 * @throws PortError when the port cannot be had; Error when `faults` has a mistake. Nothing stays open then.
 */
export async function startAmtDevice(options: AmtDeviceOptions): Promise<AmtDevice> {
  const { name, host = "127.0.0.1", clock = systemClock, log = () => {}, stateDir } = options;
  const faults = new Switches<AmtFaults>(name, amtFaultsSchema, options.faults);
  const rules = () => faults.current;
  const platform = platformOf(name, host, options.uuid, options.macs ?? []);
  const counters = new CallCounters();

  const machine = new Machine(name, new PowerStore(stateDir, name), clock, options.power ?? "off");
  const boot = new BootConfiguration(rules);
  const power = new PowerControl(machine, boot, clock, { ...DEFAULT_TIMING, ...options.timing }, rules);
  const classes = [
    ...powerClasses(power),
    ...boot.classes(),
    ...identityClasses(platform),
    ...settingsClasses(platform, rules),
  ];

  const tls = options.tls ? await tlsIdentity(stateDir, name) : undefined;
  const service = new WsmanService(classes, AMT_VERSION, rules);
  const login = new DigestLogin(platform.realm, options.username, options.password, clock, rules);
  const sleep = new EngineSleep(machine, clock, rules);
  const pressButton = () => power.pressButton();
  const http = new AmtHttp({ login, service, sleep, faults, counters, clock, tls, pressButton, log });
  const tcp = new DevicePort(http.server, name);
  const port = await tcp.listen(host, options.port ?? 0);
  const address = `${host}:${port}`;

  return {
    name,
    kind: "amt",
    host,
    port,
    address,
    uuid: platform.uuid,
    fingerprint256: tls?.fingerprint256,
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
    pressButton,
    machineDid: (action) => power.machineDid(action),
    unplug: () => power.unplug(),
    onPower: (listener) => machine.onPower(listener),
    forgetNonces: () => login.forget(),
    snapshot: (): DeviceSnapshot => ({
      name,
      kind: "amt",
      address,
      power: machine.power,
      ...(power.transition === undefined ? {} : { transition: power.transition }),
      calls: counters.snapshot(),
      faults: faults.current,
      boots: machine.boots,
      ...(tls === undefined ? {} : { fingerprint256: tls.fingerprint256 }),
    }),
    async close() {
      power.stop();
      await tcp.close();
    },
  };
}
