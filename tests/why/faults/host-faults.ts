import { setMaintenance } from "../../flight/lab/ironic-nodes.ts";
import type { PlantedFault } from "../planted-fault.ts";
import type { WhyLab } from "../why-lab.ts";

const spare = (lab: WhyLab): string => lab.sparePlug;

const held = (title: string, cause: string, annotation: string): PlantedFault => ({
  title,
  cause,
  subject: spare,
  plant: async (lab, undo) => undo(await lab.annotate(spare(lab), annotation)),
});

const login = (title: string, cause: string, password: (lab: WhyLab) => string | null): PlantedFault => ({
  title,
  cause,
  subject: spare,
  plant: async (lab, undo) =>
    undo(await lab.changeSecret("clusters", `${spare(lab)}-bmc`, "password", password(lab))),
});

/** What goes wrong with a host, or is done to it, while no cluster uses it. */
export const hostFaults: readonly PlantedFault[] = [
  held("a host is paused", "host-paused", "baremetalhost.metal3.io/paused"),
  held("a host is detached", "host-detached", "baremetalhost.metal3.io/detached"),
  held("a host was given up", "host-given-up", "capm3.metal3.io/unhealthy"),
  login("a host's login for the emulator is incomplete", "bmc-secret-missing", () => null),
  login("a host's login for the emulator is wrong", "node-login-refused", (lab) => lab.noPassword()),
  {
    title: "a host is in maintenance",
    cause: "node-in-maintenance",
    subject: spare,
    plant: async (lab, undo) => {
      const name = `clusters~${spare(lab)}`;
      await setMaintenance(lab.flight, name, true);
      undo(() => setMaintenance(lab.flight, name, false));
    },
  },
  {
    title: "a machine does not boot when it is to be inspected",
    cause: "inspection-never-came",
    subject: ({ spareEngine }) => spareEngine,
    plant: async (lab, undo) => {
      const host = lab.spareEngine;
      const { machines } = lab.flight;
      await machines.break(host, { doesNotBoot: true });
      undo(async () => {
        await machines.break(host, {});
        // Off and on again, as somebody in front of it would: then it boots the agent that Ironic waits for.
        await machines.pressButton(host);
        await machines.pressButton(host);
      });
      await lab.patch("clusters", "bmh", host, { metadata: { annotations: { "inspect.metal3.io": "" } } });
    },
  },
];
