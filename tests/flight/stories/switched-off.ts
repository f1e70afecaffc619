import { waitUntil } from "../../../sim/processes/wait-until.ts";
import { callsSince, plugBudget } from "../checks/plug-budget.ts";
import { untouchedHosts } from "../checks/untouched-hosts.ts";
import type { Story } from "../runner/story.ts";
import { clusterIsWhole } from "./cluster-is-whole.ts";

/** Somebody presses a button. */
export const switchedOff: Story = {
  id: "i",
  title: "A machine is switched off by hand",
  about:
    "Somebody presses the button of a worker's plug. Ironic's power sync notices it, baremetal-operator switches the machine on again, and its node comes back; the plug is read no more often than its cache allows.",
  lab: "rack",
  begins: "running",
  ends: "running",
  commands: [
    "curl --unix-socket .edge-lab/sim/devices.sock -X POST http://devices/devices/HOST/button",
    "lab watch",
  ],
  run: async (flight) => {
    const { lab, recorder, checks, step } = flight;
    const workers = lab.hosts("worker");
    const used = (await lab.placements()).map(({ host }) => host);
    const host = used.find((name) => workers.includes(name));
    if (host === undefined) throw new Error("there is no worker to switch off");
    // What was asked before is not counted.
    await recorder.look(true);
    const from = Date.now();
    step(`the button of ${host} is pressed`);
    await lab.machines.pressButton(host);
    checks.equal(`${host} is off`, await lab.machines.isOn(host), false);
    await waitUntil(() => lab.machines.isOn(host), {
      what: `${host} on again`,
      timeoutMs: 10 * 60_000,
      everyMs: 500,
    });
    checks.measured("it was switched on again after", `${((Date.now() - from) / 1000).toFixed(0)} s`);
    const name = "its node Ready again";
    await waitUntil(async () => (await lab.readyNodes("edge")).includes(host), {
      what: name,
      timeoutMs: 5 * 60_000,
      everyMs: 2_000,
    });
    await clusterIsWhole(flight, { machines: used.length, version: lab.version() });
    await recorder.look(true);
    const records = recorder.records();
    checks.none("it stayed provisioned", untouchedHosts(records, [host], from, "states only"));
    checks.none(
      "no other host was touched",
      untouchedHosts(
        records,
        used.filter((other) => other !== host),
        from,
      ),
    );
    checks.none("no plug was asked more than its budget", plugBudget(records, from));
    const reads = callsSince(records, from).find((sum) => sum.host === host);
    checks.measured(
      "the plug was read",
      `${reads?.powerReads ?? 0} times in ${reads?.seconds.toFixed(0) ?? 0} s`,
    );
  },
};
