import { waitUntil } from "../../../sim/processes/wait-until.ts";
import type { Story } from "../runner/story.ts";
import { nothingIsLeft } from "./destruction.ts";

/** As README.md says it under "Decommission". */
const DETACHED = 'baremetalhost.metal3.io/detached={"deleteAction":"delete","force":true}';

/** The end of a lab with a device that answers no more. */
export const deadDevice: Story = {
  id: "f-dead",
  title: "The lab is taken down with a dead device",
  about:
    "A worker's plug answers no more. `pulumi destroy` waits for that host, which says by itself that its BMC cannot be reached; the documented commands give it up, and everything else goes its way to the end.",
  lab: "small",
  begins: "running",
  ends: "nothing",
  commands: [
    "curl --unix-socket .edge-lab/sim/devices.sock -X PUT http://devices/devices/HOST/faults -d '{\"silent\": true}'",
    "pulumi destroy",
    "lab hosts",
    `kubectl --field-manager=me --namespace clusters annotate bmh HOST '${DETACHED}'`,
    "kubectl --namespace clusters wait bmh HOST --for=jsonpath='{.status.operationalStatus}'=detached --timeout=5m",
    "kubectl --namespace clusters delete bmh HOST --wait=false",
  ],
  run: async (flight) => {
    const { lab, checks, step } = flight;
    const dead = (await lab.placements())
      .map(({ host }) => host)
      .find((host) => lab.hosts("worker").includes(host));
    if (dead === undefined) throw new Error("there is no worker whose plug could die");
    step(`the plug of ${dead} answers no more`);
    await lab.machines.breakDevice(dead, { silent: true });
    step("pulumi destroy");
    const from = Date.now();
    let ended = false;
    const destroying = lab.pulumi("destroy", ["--yes", "--skip-preview"]).finally(() => {
      ended = true;
    });
    const row = await waitUntil(
      async () => (await lab.hostRows()).find(({ host, error }) => host === dead && error !== null),
      {
        what: `lab hosts tells of ${dead}`,
        timeoutMs: 15 * 60_000,
        everyMs: 5_000,
        giveUp: () => (ended ? "pulumi destroy has ended without it" : undefined),
      },
    );
    checks.ok("lab hosts names the host and its error", true, `${row.host}: ${row.error}`);
    checks.ok("and says what to do", row.hint !== null, row.hint ?? "nothing");
    checks.measured("it was told after", `${((Date.now() - from) / 1000).toFixed(0)} s`);
    checks.ok("pulumi destroy still waits", !ended, ended ? "it has ended" : "it runs");

    step(`the way out for ${dead}`);
    await lab.kubectl("--field-manager=me", "--namespace=clusters", "annotate", "bmh", dead, DETACHED);
    // Deleted before that, it is looked at again after ten minutes (baremetal-operator, unmanagedRetryDelay).
    const detached = "--for=jsonpath={.status.operationalStatus}=detached";
    await lab.kubectl("--namespace=clusters", "wait", "bmh", dead, detached, "--timeout=5m");
    // Detached alone, a provisioned host stays provisioned, and the machine on it waits for ever.
    await lab.kubectl("--namespace=clusters", "delete", "bmh", dead, "--wait=false");
    const { code, stdout, stderr } = await destroying;
    checks.ok(
      "pulumi destroy ends well",
      code === 0,
      code === 0 ? "exit code 0" : `${stdout}\n${stderr}`.slice(-3_000),
    );
    await nothingIsLeft(flight);
  },
};
