import type { HostConfig } from "../../../components/config/host.ts";
import { deviceLogin } from "../../../components/preflight/checks/device-login.ts";
import { runCheck } from "../../../components/preflight/run-check.ts";
import { EmulatorFailure } from "../emulator-client.ts";
import type { Check, Finding } from "./check.ts";
import { failureFinding, notAsked, type Patient } from "./patient.ts";

/**
 * Whether the power device behind one host answers. The emulator is asked, out of its cache, once there is one; until then the
 * device itself, once.
 */
export function deviceCheck(patient: Patient, declared: HostConfig): Check {
  const { name: host } = declared;
  const run = async (): Promise<Finding | readonly Finding[]> => {
    const deployed = await patient.scene.infra.emulator();
    if ("seen" in deployed && !deployed.seen) return runCheck(deviceLogin(declared), patient.scene);
    const emulator = await patient.emulator();
    if ("instead" in emulator) return notAsked("there is no way into the emulator");
    try {
      const system = await emulator.client.system(host);
      if (system === undefined) {
        return { status: "fail", detail: "the emulator does not know it", fix: "run pulumi up" };
      }
      const [first] = system.conditions;
      if (first === undefined && system.health === "OK") {
        return { status: "ok", detail: `power ${system.power}` };
      }
      return {
        status: "fail",
        detail: `${system.health}, power ${system.power}: ${first?.message ?? "no reason given"}`,
        fix: first?.resolution || "see docs/emulator.md",
      };
    } catch (error) {
      if (!(error instanceof EmulatorFailure)) throw error;
      return failureFinding(error);
    }
  };
  return { title: `device of ${host}`, run };
}
