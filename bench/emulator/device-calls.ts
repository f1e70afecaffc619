/**
 * `npm run bench:device-calls`: what one hour of Ironic's polling costs a plug, by the simulated plug's own counters: behind the
 * emulator, and by the predecessor's rule, a login at each poll. Time is a fake clock's, so it takes seconds. Not a test: nothing
 * judges it.
 *
 * Ironic's power sync asks four times for the System within two seconds, every 120 s (ironic/conductor/manager.py,
 * sync_power_state_interval; power, boot mode, secure boot and health are read one after the other).
 */
import { setTimeout as pause } from "node:timers/promises";
import { emulatorConfigSchema } from "../../emulator/src/config.ts";
import { drivers } from "../../emulator/src/drivers/index.ts";
import { createLogger } from "../../emulator/src/log.ts";
import { Emulator } from "../../emulator/src/server.ts";
import { startTapoDevice } from "../../sim/devices/index.ts";
import { FakeClock } from "../../tests/emulator/support/fake-clock.ts";

const SYNC_MS = 120_000;
const READS = 4;
const BETWEEN_MS = 400;
const HOUR_MS = 3_600_000;
const syncs = HOUR_MS / SYNC_MS;
const login = { username: "admin", password: "Simulated-1" };
const user = { username: "bench", password: "bench-password", role: "Administrator" } as const;
const logger = createLogger("silent");

async function withPlug(poll: (address: string) => Promise<void>): Promise<number> {
  const plug = await startTapoDevice({ name: "plug", ...login, power: "on" });
  try {
    await poll(plug.address);
    return plug.counters.httpRequests;
  } finally {
    await plug.close();
  }
}

function configOf(address: string) {
  return emulatorConfigSchema.parse({
    machines: [{ name: "node", driver: "tapo", address, ...login }],
    users: [user],
    logLevel: "silent",
  });
}

/** Time goes on while a request is under way: what the emulator waits for by its clock is due some time. */
async function whilePassing<T>(clock: FakeClock, job: Promise<T>): Promise<T> {
  let done = false;
  void job.finally(() => {
    done = true;
  });
  while (!done) {
    await pause(5);
    await clock.pass(50);
  }
  return job;
}

async function behindEmulator(address: string): Promise<void> {
  const clock = new FakeClock();
  const emulator = await Emulator.start({
    config: configOf(address),
    drivers,
    host: "127.0.0.1",
    port: 0,
    logger,
    clock,
  });
  const Authorization = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString("base64")}`;
  try {
    for (let sync = 0; sync < syncs; sync += 1) {
      for (let read = 0; read < READS; read += 1) {
        const asked = fetch(`${emulator.url}/redfish/v1/Systems/node`, { headers: { Authorization } });
        const answer = await whilePassing(clock, asked);
        const { PowerState } = (await answer.json()) as { readonly PowerState?: string };
        if (PowerState !== "On") throw new Error(`the plug is on, and ${PowerState} was answered`);
        await clock.pass(BETWEEN_MS);
      }
      await clock.pass(SYNC_MS - READS * BETWEEN_MS);
    }
  } finally {
    await whilePassing(clock, emulator.stop());
  }
}

async function loginAtEachPoll(address: string): Promise<void> {
  const tapo = drivers.find(({ kind }) => kind === "tapo");
  const [machine] = configOf(address).machines;
  if (!tapo || !machine) throw new Error("there is no driver tapo");
  for (let poll = 0; poll < syncs * READS; poll += 1) {
    const driver = tapo.create(machine, tapo.options.parse(machine.options ?? {}), { logger });
    await driver.readPower(AbortSignal.timeout(30_000));
    await driver.close();
  }
}

const ours = await withPlug(behindEmulator);
const theirs = await withPlug(loginAtEachPoll);
console.log(`${syncs} power syncs of ${READS} reads in an hour, HTTP requests that the plug answered:
behind the emulator      ${ours}
a login at each poll     ${theirs}
ratio                    1 : ${(theirs / ours).toFixed(1)}`);
