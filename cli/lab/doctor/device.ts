import { EmulatorFailure } from "../emulator-client.ts";
import type { Check, Finding } from "./check.ts";
import { failureFinding, notAsked, type Patient } from "./patient.ts";

/** Whether the power device behind one host answers the emulator; what is told may be as old as the emulator's cache. */
export function deviceCheck(patient: Patient, host: string): Check {
  const run = async (): Promise<Finding> => {
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
