import { parseDocument } from "yaml";
import { ownHosts } from "../checks/own-hosts.ts";
import type { FlightLab } from "../lab/flight-lab.ts";
import { hostsOf } from "../lab/flight-stack-file.ts";
import type { Story } from "../runner/story.ts";
import { clusterIsWhole } from "./cluster-is-whole.ts";

const NEXT = "v1.35.4";
const CLUSTER = ["config", "edge-lab:clusters", 0];
const FILE = "marker";
const TEXT = "written before the upgrade\n";

/** What lies on a second disk. */
export const dataDisks: Story = {
  id: "k",
  title: "Data disks outlive an upgrade",
  about:
    "A file on a worker's data disk is still there after an upgrade that rebuilds the machine on its host: the host is not cleaned, and the disk is not formatted anew. It goes only when the configuration says so: with `cleaning: metadata` the next release of the host wipes it.",
  lab: "small",
  begins: "running",
  ends: "running",
  commands: [
    `pulumi config set --path edge-lab:kubernetes.version ${NEXT}`,
    "pulumi up",
    "pulumi config set --path edge-lab:clusters[0].cleaning metadata",
    "pulumi up",
    "pulumi up      # with a replica less: its host is wiped",
  ],
  run: async (flight) => {
    const { lab, checks, step } = flight;
    const machines = lab.shape.controlPlanes + lab.shape.workers;
    checks.ok(
      "the lab is not upgraded yet",
      lab.version() !== NEXT,
      lab.version(),
      `a version before ${NEXT}`,
    );
    const workers = async () =>
      (await lab.placements()).filter(({ host }) => lab.hosts("worker").includes(host));
    const before = await workers();
    const [{ host } = { host: "" }] = before;
    const device = dataDiskOf(lab, host);
    lab.machines.writeToDisk(host, device, FILE, TEXT);
    const marker = (): string => lab.machines.readFromDisk(host, device, FILE) ?? "gone";

    step(`pulumi up with ${NEXT}`);
    lab.editStack((document) => document.setIn(["config", "edge-lab:kubernetes", "version"], NEXT));
    await lab.pulumiUp();
    await clusterIsWhole(flight, { machines, version: NEXT });
    checks.none("the worker was rebuilt on its own host", ownHosts(before, await workers()));
    checks.equal(`the file on ${device} of ${host} is still there`, marker(), TEXT);

    step("cleaning: metadata");
    lab.editStack((document) => document.setIn([...CLUSTER, "cleaning"], "metadata"));
    await lab.pulumiUp();
    await clusterIsWhole(flight, { machines, version: NEXT });
    const mode = ".spec.automatedCleaningMode";
    checks.equal("the host is to be cleaned from now on", await lab.field("bmh", host, mode), "metadata");

    step("no worker");
    lab.editStack((document) => document.setIn([...CLUSTER, "workers", "replicas"], 0));
    await lab.pulumiUp();
    checks.equal(`the file on ${device} of ${host} is gone`, marker(), "gone");

    step("a worker again");
    lab.editStack((document) => document.setIn([...CLUSTER, "workers", "replicas"], lab.shape.workers));
    await lab.pulumiUp();
    await clusterIsWhole(flight, { machines, version: NEXT });
  },
};

function dataDiskOf(lab: FlightLab, host: string): string {
  const declared = hostsOf(parseDocument(lab.stackFile())).items.find((item) => item.get("name") === host);
  const device = declared?.getIn(["dataDisks", 0, "device"]);
  if (typeof device !== "string") throw new Error(`host ${host} has no data disk`);
  return device;
}
