import { isMap, isSeq } from "yaml";
import { hostOrder } from "../checks/host-order.ts";
import { ownHosts } from "../checks/own-hosts.ts";
import { untouchedHosts } from "../checks/untouched-hosts.ts";
import { hostsOf } from "../lab/flight-stack-file.ts";
import type { Flight, Story } from "../runner/story.ts";
import { clusterIsWhole, hostSegments, mainCluster } from "./cluster-is-whole.ts";

const CLUSTER = ["config", "edge-lab:clusters", 0];
const NEW_HOST = "optiplex-9";

/** What changes in a lab from day to day. */
export const changes: Story = {
  id: "c",
  title: "Another label, another image, a host more, a host less",
  about:
    "A label changes nothing but itself. A new image of the same Kubernetes rebuilds the workers on their own hosts and nobody else. A new host is inspected, and one more replica takes a host. The machine that is named when the replicas are lowered is drained and its host deprovisioned; the host that leaves the list leaves the lab, switched off.",
  lab: "small",
  begins: "running",
  ends: "running",
  commands: [
    "pulumi up                                  # labels",
    "npm start                                  # a new image, a new host: the sim has to have them, too",
    "kubectl annotate machine MACHINE cluster.x-k8s.io/delete-machine=yes && pulumi up   # one replica less",
    "pulumi up                                  # without the host",
  ],
  run: async (flight) => {
    const { lab } = flight;
    const [controlPlane = ""] = (await lab.placements())
      .map(({ host }) => host)
      .filter((host) => lab.hosts("control-plane").includes(host));
    const machines = lab.shape.controlPlanes + lab.shape.workers;
    await changeLabel(flight, controlPlane);
    await changeImage(flight, controlPlane);
    await clusterIsWhole(flight, { machines, version: lab.version() });
    await addHost(flight);
    await clusterIsWhole(flight, { machines: machines + 1, version: lab.version() });
    await removeHost(flight, controlPlane);
    await clusterIsWhole(flight, { machines, version: lab.version() });
  },
};

async function changeLabel({ lab, recorder, checks, step }: Flight, host: string): Promise<void> {
  step("a label");
  const from = Date.now();
  lab.editStack((document) => {
    const declared = hostsOf(document).items.find((item) => item.get("name") === host);
    declared?.set("labels", { rack: "top" });
  });
  await lab.pulumiUp();
  checks.equal("the host has the label", await lab.field("bmh", host, ".metadata.labels.rack"), "top");
  checks.none("a label touches no machine", untouchedHosts(recorder.records(), lab.hosts(), from));
}

async function changeImage(flight: Flight, controlPlane: string): Promise<void> {
  const { lab, recorder, checks, step } = flight;
  const version = lab.version();
  const name = `${version}-rebuilt`;
  step(`image ${name} for the workers`);
  const before = (await lab.placements()).filter(({ host }) => host !== controlPlane);
  lab.editStack((document) => {
    const images = ["config", "edge-lab:nodeImage", "images"];
    const url = String(document.getIn([...images, version, "url"]));
    document.setIn([...images, name], {
      url: url.replace(`${version}.raw`, `${name}.raw`),
      sha256: document.getIn([...images, version, "sha256"]),
      version,
    });
    document.setIn([...CLUSTER, "image"], { workers: name });
  });
  const from = Date.now();
  await lab.up();
  const after = (await lab.placements()).filter(({ host }) => host !== controlPlane);
  checks.none("each worker was rebuilt on its own host", ownHosts(before, after));
  const [worker = ""] = after.map(({ host }) => host);
  checks.match("with the new image", await lab.field("bmh", worker, ".spec.image.url"), /-rebuilt\.raw$/);
  checks.none("the control plane was not touched", untouchedHosts(recorder.records(), [controlPlane], from));
}

async function addHost(flight: Flight): Promise<void> {
  const { lab, recorder, checks, step } = flight;
  step(`host ${NEW_HOST} and one more worker`);
  const before = await lab.placements();
  lab.editStack((document) => {
    const hosts = hostsOf(document);
    const like = hosts.items.find((host) => host.get("role") === "worker")?.clone();
    if (!isMap(like)) throw new Error("there is no worker to take as a model");
    like.set("name", NEW_HOST);
    like.set("address", String(like.get("address")).replace(/\.\d+:/, ".29:"));
    like.set("macs", ["00:00:5e:00:53:29"]);
    hosts.add(like);
    document.setIn([...CLUSTER, "workers", "replicas"], lab.shape.workers + 1);
  });
  const from = Date.now();
  await lab.up();
  const after = await lab.placements();
  const taken = after.filter(({ host }) => !before.some((placement) => placement.host === host));
  checks.equal("one host more is used", taken.length, 1);
  checks.none(
    "the new host was inspected and is offered",
    hostOrder(hostSegments(flight, from), [NEW_HOST], ["inspecting", "available"]),
  );
  // The simulated machines are one process: with another list of hosts it starts anew, so power says nothing here.
  const others = before.map(({ host }) => host);
  checks.none("no other host changed state", untouchedHosts(recorder.records(), others, from, "states only"));
}

async function removeHost(flight: Flight, controlPlane: string): Promise<void> {
  const { lab, recorder, checks, step } = flight;
  const workers = (await lab.placements()).filter(({ host }) => host !== controlPlane);
  // The one with the host that may leave the lab, or else any.
  const leaving = workers.find(({ host }) => host === NEW_HOST) ?? workers.at(-1);
  if (leaving === undefined) throw new Error("there is no worker to take away");
  step(`one worker less: ${leaving.machine} on ${leaving.host}`);
  const mark = "cluster.x-k8s.io/delete-machine=yes";
  await lab.kubectl("--namespace=clusters", "annotate", "machine", leaving.machine, mark);
  lab.editStack((document) => document.setIn([...CLUSTER, "workers", "replicas"], lab.shape.workers));
  const from = Date.now();
  await lab.pulumiUp();
  const left = await lab.placements();
  checks.equal("the host that was named is free", left.map(({ host }) => host).includes(leaving.host), false);
  const events = await lab.kubectl(
    "--namespace=clusters",
    "get",
    "events",
    `--field-selector=involvedObject.name=${leaving.machine}`,
    "--output=jsonpath={.items[*].reason}",
  );
  checks.match("its node was drained", events, /SuccessfulDrainNode/);
  checks.none(
    "its host was deprovisioned",
    hostOrder(hostSegments(flight, from), [leaving.host], ["provisioned", "deprovisioning", "available"]),
  );
  const others = left.map(({ host }) => host);
  checks.none("no other host was touched", untouchedHosts(recorder.records(), others, from));

  step(`without host ${leaving.host}`);
  lab.editStack((document) => {
    const hosts = document.getIn(["config", "edge-lab:hosts"]);
    if (isSeq(hosts))
      hosts.items = hosts.items.filter((host) => !isMap(host) || host.get("name") !== leaving.host);
  });
  await lab.pulumiUp();
  checks.equal(
    "it is gone",
    (await lab.hostRows()).some(({ host }) => host === leaving.host),
    false,
  );
  checks.equal("and switched off", await lab.machines.isOn(leaving.host), false);
  checks.none("no other host was touched by that", untouchedHosts(recorder.records(), others, from));
  // The simulated device goes as well.
  await lab.up();
  checks.equal("cluster edge still answers", (await lab.readyNodes(mainCluster)).length, others.length);
}
