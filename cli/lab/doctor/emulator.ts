import type { Check, Finding } from "./check.ts";
import type { Patient } from "./patient.ts";

/** Whether the emulator answers to the declared login over TLS of the lab's authority. */
export function emulatorCheck(patient: Patient): Check {
  const run = async (): Promise<Finding> => {
    const emulator = await patient.emulator();
    if ("instead" in emulator) return emulator.instead;
    const { url } = emulator.client;
    const { count } = emulator;
    const declared = patient.lab.config.hosts.length;
    const detail = `${url} takes its login over trusted TLS and serves ${count} systems`;
    if (count === declared) return { status: "ok", detail };
    return { status: "warn", detail: `${detail}, but ${declared} hosts are declared`, fix: "run pulumi up" };
  };
  return { title: "Redfish emulator", run };
}
