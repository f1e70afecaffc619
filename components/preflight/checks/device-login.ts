import { setTimeout as pause } from "node:timers/promises";
import { DeviceError } from "../../../emulator/src/drivers/errors.ts";
import type { HostConfig } from "../../config/host.ts";
import { deviceAddress } from "../../config/resolve/device-address.ts";
import type { Finding } from "../finding.ts";
import { knock } from "../network/knock.ts";
import type { PreflightCheck } from "../preflight-check.ts";
import type { Scene } from "../scene.ts";

/** Milliseconds for a connection, and until the next: an AMT engine that sleeps misses the first packet. */
const patience = 3_000;
const wakes = 1_000;
const why = "without its power device a host is not registered, so it is never inspected or installed";

/**
 * Whether a host's power device answers and takes its login: one reading by the emulator's own driver, while the emulator is not
 * there yet. Afterwards that is the device's one client, and is asked in its place (lab doctor does).
 */
export function deviceLogin(host: HostConfig): PreflightCheck {
  return {
    title: `device of ${host.name}`,
    looksAt: `the power device of ${host.name}`,
    timeOut: 30_000,
    async run(scene, signal) {
      const emulator = await scene.infra.emulator();
      const skip = (detail: string, fix: string): readonly Finding[] => [{ status: "skip", detail, fix }];
      if ("unseen" in emulator) {
        const detail = `not asked: whether the emulator has it already is not known: ${emulator.unseen}`;
        return skip(detail, "let the infra cluster answer, then run it again");
      }
      if (emulator.seen) return skip("the emulator has it, and is asked in its place", "run lab doctor");
      if (host.options.executable !== undefined)
        return skip("its program is in the emulator's image", "try it by hand");
      const logins = await scene.withLogins();
      if ("unseen" in logins) return [await connects(host, logins.unseen, scene, signal)];
      // Loaded when it is needed.
      const { readDevice } = await import("../device-reading.ts");
      try {
        const power = await readDevice(logins.seen, host, signal);
        return [{ status: "ok", detail: `takes its login; power ${power}` }];
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
        return [explained(error, host, scene)];
      }
    },
  };
}

/** What can be known without a login. */
async function connects(
  host: HostConfig,
  unseen: string,
  scene: Scene,
  signal: AbortSignal,
): Promise<Finding> {
  const { host: address, port } = deviceAddress(host.address ?? "", host.driver);
  const fix = "run it where pulumi up works, to have the login tried";
  if (address === "" || port === undefined)
    return { status: "skip", detail: `not asked: no login (${unseen})`, fix };
  let outcome = await knock(address, port, patience, signal);
  if (outcome !== "open" && !signal.aborted) {
    await pause(wakes);
    outcome = await knock(address, port, patience, signal);
  }
  if (outcome === "open")
    return {
      status: "skip",
      detail: `it takes a connection; its login was not tried, since it is not known (${unseen})`,
      fix,
    };
  const said = outcome === "refused" ? "refuses connections" : "does not answer";
  return away(`${address}:${port} ${said}`, host, scene);
}

function explained(error: DeviceError, host: HostConfig, scene: Scene): Finding {
  const detail = error.message;
  const field = `edge-lab:credentials for ${host.name}`;
  switch (error.kind) {
    case "bad-credentials":
      return {
        status: "fail",
        detail,
        why: `${why}; the emulator would go on trying, and a device that is asked with a wrong password locks its account`,
        fix: `correct ${field}: npm run init; it was tried once and is not tried again before the next run`,
      };
    case "unreachable":
    case "timeout":
      return away(detail, host, scene);
    case "rate-limited":
      return { status: "warn", detail, why, fix: "stop what else asks it, and wait a minute" };
    default:
      return { status: "fail", detail, why, fix: "the message says what to do; README, Trouble, has more" };
  }
}

/** Where a router is in between the reason may be here. */
function away(
  detail: string,
  { name, address = "", driver, options }: HostConfig,
  { place }: Scene,
): Finding {
  const near = place.neighbourOf(deviceAddress(address, driver).host) !== undefined;
  const cure =
    driver === "amt"
      ? `switch TLS on in its options or off (now ${options.tls === true ? "on" : "off"}), see its address and MEBx's power policy (ON in S0, ME wake in S3, S4-5)`
      : "see that it has power and Wi-Fi, and its reserved address";
  if (near)
    return { status: "fail", detail, why, fix: `${cure}; edge-lab:hosts address of ${name} is ${address}` };
  return {
    status: "warn",
    detail: `not reachable from here: ${detail}`,
    why,
    fix: `run lab doctor on the infra node, from where the emulator asks it; if it is not reached there: ${cure}`,
  };
}
