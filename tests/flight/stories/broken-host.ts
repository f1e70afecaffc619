import { waitUntil } from "../../../sim/processes/wait-until.ts";
import { untouchedHosts } from "../checks/untouched-hosts.ts";
import type { Story } from "../runner/story.ts";
import { clusterIsWhole } from "./cluster-is-whole.ts";

const UNHEALTHY = "capi.metal3.io/unhealthy";

/** A machine that breaks. */
export const brokenHost: Story = {
  id: "d",
  title: "A host breaks and is replaced",
  about:
    "A worker's mains fail for a moment and it does not start again. Its node falls silent; the health check has the machine switched off and on once, and as that does not help, takes a fresh machine on the spare host. Mended, the broken host becomes available again.",
  lab: "small",
  begins: "running",
  ends: "running",
  commands: [
    "curl --unix-socket .edge-lab/sim/machines.sock -X PUT http://machines/machines/HOST/faults -d '{\"doesNotBoot\": true}'",
    "curl --unix-socket .edge-lab/sim/devices.sock -X POST http://devices/devices/HOST/button      # twice: off, on",
    "lab watch",
    "kubectl --namespace clusters annotate bmh HOST capi.metal3.io/unhealthy-      # once it is mended",
  ],
  run: async (flight) => {
    const { lab, recorder, checks, step } = flight;
    const workers = lab.hosts("worker");
    const before = await lab.placements();
    const broken = before.find(({ host }) => workers.includes(host));
    if (broken === undefined) throw new Error("there is no worker to break");
    const spares = workers.filter((host) => !before.some((placement) => placement.host === host));
    checks.ok("there is a spare host", spares.length > 0, spares.join(", "));

    step(`${broken.host} loses power and does not start again`);
    const from = Date.now();
    await lab.machines.break(broken.host, { doesNotBoot: true });
    await lab.machines.pressButton(broken.host);
    await lab.machines.pressButton(broken.host);
    const broke = Date.now();

    const replaced = await waitUntil(
      async () => (await lab.placements()).find(({ host }) => spares.includes(host)),
      { what: "a machine on the spare host", timeoutMs: 15 * 60_000, everyMs: 5_000 },
    );
    step(`${replaced.host} takes its place`);
    await lab.lab("watch", "--until", "settled", "--timeout", "10");
    checks.measured("from breaking to whole again", `${((Date.now() - broke) / 60_000).toFixed(1)} minutes`);

    const records = recorder.records();
    const gone = records.find(
      (record) => record.kind === "machine" && record.name === broken.machine && record.phase === "gone",
    )?.at;
    checks.ok("the old machine is gone", gone !== undefined, broken.machine);
    const cycles = records.filter(
      (record) =>
        record.kind === "power" &&
        record.host === broken.host &&
        record.at > broke &&
        record.at < (gone ?? 0),
    );
    const told = cycles.map((record) => (record.kind === "power" && record.on ? "on" : "off")).join(", ");
    checks.match("the health check switched it off and on before that", told, /off, on/);
    await clusterIsWhole(flight, {
      machines: lab.shape.controlPlanes + lab.shape.workers,
      version: lab.version(),
    });
    const others = before.map(({ host }) => host).filter((host) => host !== broken.host);
    checks.none("no other host was touched", untouchedHosts(recorder.records(), others, from));

    step(`${broken.host} is mended`);
    await lab.machines.break(broken.host, {});
    await lab.kubectl("--namespace=clusters", "annotate", "bmh", broken.host, `${UNHEALTHY}-`);
    const state = ".status.provisioning.state";
    await waitUntil(async () => (await lab.field("bmh", broken.host, state)) === "available", {
      what: `${broken.host} available again`,
      timeoutMs: 10 * 60_000,
      everyMs: 2_000,
    });
    checks.equal("the mended host is offered again", await lab.field("bmh", broken.host, state), "available");
  },
};
