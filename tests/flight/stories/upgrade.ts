import { apiGaps } from "../checks/api-gaps.ts";
import { oneAtATime, outOfService } from "../checks/one-at-a-time.ts";
import { ownHosts } from "../checks/own-hosts.ts";
import type { Story } from "../runner/story.ts";
import { type Segment, segments, tracks } from "../timeline/segments.ts";
import { clusterIsWhole, hostSegments, mainCluster } from "./cluster-is-whole.ts";

const NEXT = "v1.35.4";
const WITHOUT_IMAGE = "v1.35.9";
/**
 * Seconds that the shared address may be away at a time: kube-vip's holder has 15 s to renew its lease, others try every
 * 2 s (components/workload-cluster/kube-vip.ts), and an API server takes some more to be ready.
 */
const LONGEST_GAP = 30;

/** A newer Kubernetes by one changed value. */
export const upgrade: Story = {
  id: "b",
  title: `The upgrade to ${NEXT}`,
  about:
    "One changed value and one `pulumi up`: the control plane is rebuilt, then the workers, one host of a role at a time, each machine on the host that it had. The API stays reachable at its endpoint but for the moments in which its address moves. A version without a node image is refused before anything happens.",
  lab: "rack",
  begins: "running",
  ends: "running",
  commands: [`pulumi config set --path edge-lab:kubernetes.version ${NEXT}`, "pulumi up"],
  run: async (flight) => {
    const { lab, recorder, checks, step } = flight;
    const { controlPlanes, workers } = lab.shape;
    const before = lab.version();
    checks.ok("the lab is not upgraded yet", before !== NEXT, before, `a version before ${NEXT}`);

    step(`pulumi preview with ${WITHOUT_IMAGE}`);
    setVersion(WITHOUT_IMAGE);
    const refused = await lab.pulumi("preview");
    checks.ok("a version without an image is refused", refused.code !== 0, `exit code ${refused.code}`);
    checks.match("and says so", refused.stdout + refused.stderr, /v1\.35\.9.*has no node image/s);

    step(`pulumi up with ${NEXT}`);
    setVersion(NEXT);
    const placed = await lab.placements();
    const from = Date.now();
    await recorder.askApi(mainCluster);
    await lab.pulumiUp();
    await recorder.stopAsking(mainCluster);
    checks.measured("the upgrade took", `${((Date.now() - from) / 60_000).toFixed(1)} minutes`);

    await clusterIsWhole(flight, { machines: controlPlanes + workers, version: NEXT });
    checks.none("every machine came back on its own host", ownHosts(placed, await lab.placements()));
    const seen = hostSegments(flight, from);
    for (const role of ["control-plane", "worker"] as const) {
      checks.none(`one host with role ${role} was out at a time`, oneAtATime(seen, lab.hosts(role)));
    }
    checks.none(
      "the control plane went first",
      workersTooEarly(seen, lab.hosts("control-plane"), lab.hosts("worker")),
    );
    const machines = segments(recorder.records(), tracks.machines, from, Date.now());
    const gaps = apiGaps(recorder.records(), mainCluster, from, Date.now(), seen, machines);
    const told = gaps.map(
      ({ seconds, during }) => `${seconds.toFixed(1)} s (${during.join(", ") || "nothing was under way"})`,
    );
    checks.measured("gaps of the API at its endpoint", told.join("; ") || "none");
    checks.none(
      "no gap is longer than the address takes to move",
      told.filter((_, at) => (gaps[at]?.seconds ?? 0) > LONGEST_GAP),
    );
    checks.none(
      "each gap is explained by a host or a machine that was on its way out or in",
      told.filter((_, at) => gaps[at]?.during.length === 0),
    );

    function setVersion(version: string): void {
      lab.editStack((document) => document.setIn(["config", "edge-lab:kubernetes", "version"], version));
    }
  },
};

/**
 * Workers that were taken out before the last control plane was: Cluster API begins with them once that one's new Machine
 * exists, not when it runs. Pure.
 */
function workersTooEarly(
  seen: readonly Segment[],
  controlPlanes: readonly string[],
  workers: readonly string[],
): string[] {
  const began = (host: string): number[] => outOfService(seen, host).map(({ from }) => from);
  const last = Math.max(0, ...controlPlanes.flatMap(began));
  return workers
    .filter((host) => began(host).some((at) => at < last))
    .map((host) => `${host} was taken out before`);
}
