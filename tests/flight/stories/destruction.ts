import { stackState } from "../../../sim/pulumi/pulumi-workspace.ts";
import { hostOrder } from "../checks/host-order.ts";
import { plugBudget } from "../checks/plug-budget.ts";
import type { FlightRecord } from "../record/flight-record.ts";
import type { Flight, Story } from "../runner/story.ts";
import { hostSegments } from "./cluster-is-whole.ts";

/** The end of a lab. */
export const destruction: Story = {
  id: "f",
  title: "The lab is taken down",
  about:
    "`pulumi destroy` in order: machines are drained and their hosts deprovisioned, cleaned and switched off, then hosts, Ironic, controllers and definitions go, and no finalizer holds anything back. Over the lab's whole life no plug was asked more than its budget.",
  lab: "rack",
  begins: "running",
  ends: "nothing",
  commands: ["pulumi destroy"],
  run: async (flight) => {
    const { lab, recorder, checks, began, step } = flight;
    const used = (await lab.placements()).map(({ host }) => host);
    const hosts = lab.hosts();
    step("pulumi destroy");
    const { code, stdout, stderr } = await lab.pulumi("destroy", ["--yes", "--skip-preview"]);
    checks.ok(
      "pulumi destroy ends well",
      code === 0,
      code === 0 ? "exit code 0" : `${stdout}\n${stderr}`.slice(-3_000),
    );
    checks.none(
      "each used host was deprovisioned",
      hostOrder(hostSegments(flight, began), used, ["provisioned", "deprovisioning"]),
    );
    const records = recorder.records().filter(({ at }) => at >= began);
    checks.none("machines went before hosts", hostsTooEarly(records));
    const wiped = (host: string): boolean =>
      records.some(
        (record) => record.kind === "event" && record.host === host && record.what === "disk wiped",
      );
    const cleaned = used.filter((host) => lab.hosts("control-plane").includes(host));
    checks.none(
      "hosts without data disks were cleaned",
      cleaned.filter((host) => !wiped(host)),
    );
    const on = await Promise.all(hosts.map((host) => lab.machines.isOn(host)));
    checks.none(
      "every host is switched off",
      hosts.filter((_, index) => on[index]),
    );
    await nothingIsLeft(flight);
    await recorder.look(true);
    checks.none("no plug was asked more than its budget in all this life", plugBudget(recorder.records(), 0));
  },
};

/** Checks that neither state nor infra cluster hold anything of the lab. */
export async function nothingIsLeft({ lab, checks }: Pick<Flight, "lab" | "checks">): Promise<void> {
  checks.equal("the stack is empty", stackState(lab.settings)?.resources.length, 0);
  const names = "jsonpath={.items[*].metadata.name}";
  checks.equal(
    "no namespace of it is left",
    await lab.kubectl("get", "namespaces", "--output", names),
    "default kube-node-lease kube-public kube-system",
  );
  checks.equal("no definition of it is left", await lab.kubectl("get", "crd,pv", "--output=name"), "");
}

/** Machines that were still there when the first host had gone. Pure. */
function hostsTooEarly(records: readonly FlightRecord[]): string[] {
  const first = records.find((record) => record.kind === "host" && record.state === "gone");
  if (first === undefined) return ["no host was seen to go"];
  return records.flatMap((record) =>
    record.kind === "machine" && record.at > first.at ? [`machine ${record.name} was still there`] : [],
  );
}
