import { roleLabel } from "../../../components/config/index.ts";
import type { MachineFaults } from "../../../sim/machine/machine-faults.ts";
import type { PlantedFault } from "../planted-fault.ts";
import type { WhyLab } from "../why-lab.ts";

const spare = (lab: WhyLab): string => lab.sparePlug;

/** A second worker is wanted, and the only free host has a machine that fails while the image is written. */
const failing = (title: string, cause: string, faults: MachineFaults): PlantedFault => ({
  title,
  cause,
  subject: spare,
  plant: async (lab, undo) => {
    const { machines } = lab.flight;
    await machines.break(spare(lab), faults);
    undo(() => machines.break(spare(lab), {}));
    undo(await lab.scaleWorkers(2));
  },
});

/** What goes wrong while a host becomes a node, or when there is none to become one. */
export const machineFaults: readonly PlantedFault[] = [
  {
    title: "no host is free",
    cause: "hosts-all-used",
    subject: ({ cluster }) => cluster,
    plant: async (lab, undo) => {
      const role = (value: string | null): Promise<string> =>
        lab.patch("clusters", "bmh", spare(lab), { metadata: { labels: { [roleLabel]: value } } });
      await role(null);
      undo(() => role("worker"));
      undo(await lab.scaleWorkers(2));
    },
  },
  {
    title: "the only free host is broken",
    cause: "spare-host-broken",
    subject: ({ cluster }) => cluster,
    plant: async (lab, undo) => {
      undo(await lab.annotate(spare(lab), "capm3.metal3.io/unhealthy"));
      undo(await lab.scaleWorkers(2));
    },
  },
  failing("a machine does not boot when it is to be installed", "agent-never-called", { doesNotBoot: true }),
  failing("the deploy agent dies", "agent-fell-silent", { agentDiesMidDeploy: true }),
  failing("the image arrives with another checksum", "checksum-mismatch", { wrongChecksum: true }),
  {
    title: "no disk is as large as the host's hints want it",
    cause: "no-disk-fits",
    subject: spare,
    plant: async (lab, undo) => {
      const size = (minSizeGigabytes: number | null): Promise<string> =>
        lab.patch("clusters", "bmh", spare(lab), { spec: { rootDeviceHints: { minSizeGigabytes } } });
      await size(100_000);
      undo(() => size(null));
      undo(await lab.scaleWorkers(2));
    },
  },
];
