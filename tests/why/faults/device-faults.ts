import type { PlantedFault } from "../planted-fault.ts";
import type { WhyLab } from "../why-lab.ts";

const plug = (lab: WhyLab): string => lab.sparePlug;
const engine = (lab: WhyLab): string => lab.spareEngine;

/** A device's own fault, on a host that nothing uses. A login that lasts would hide what is wrong with the next one: it is taken away. */
function device(
  title: string,
  cause: string,
  subject: (lab: WhyLab) => string,
  faults: Readonly<Record<string, unknown>>,
): PlantedFault {
  return {
    title,
    cause,
    subject,
    plant: async (lab, undo) => undo(await lab.breakDevice(subject(lab), faults)),
  };
}

/** What goes wrong between the emulator and a power device. */
export const deviceFaults: readonly PlantedFault[] = [
  device("a plug takes connections and says nothing", "device-silent", plug, { silent: true }),
  device("an AMT engine says nothing", "device-silent", engine, { silent: true }),
  device("the account's password was changed", "device-login-refused", plug, {
    wrongProof: true,
    stolenSessions: 1,
  }),
  device("an AMT engine is locked after wrong logins", "device-login-refused", engine, {
    lockedOut: true,
    stolenSessions: 1,
  }),
  device("a plug's third-party compatibility is off", "device-compatibility-off", plug, {
    compatibilityOff: true,
    stolenSessions: 1,
  }),
  device("a plug is asked too often and says that it is busy", "device-fault", plug, { errorCode: -1301 }),
  {
    title: "a plug says yes and its relay is stuck",
    cause: "device-did-not-follow",
    subject: plug,
    plant: async (lab, undo) => {
      const host = plug(lab);
      const [before, asked] = (await lab.power(host)) === "On" ? ["on", "off"] : ["off", "on"];
      const mend = await lab.breakDevice(host, { relayStuck: true });
      undo(async () => {
        await mend();
        // What it did not do before is done now, and undone.
        for (const state of [asked, before]) await lab.flight.labOutcome("power", host, state);
      });
      await lab.flight.labOutcome("power", host, asked);
    },
  },
  {
    title: "the emulator has no entry for a host",
    cause: "system-unknown",
    subject: plug,
    plant: async (lab, undo) =>
      undo(await lab.changeSecret("edge-lab", "redfish-emulator-machines", `${plug(lab)}.json`, null)),
  },
];
