import assert from "node:assert/strict";
import type { Lab } from "../../../components/lab.ts";
import { labConfig } from "../harness/lab-config.ts";
import type { Recording } from "../harness/recording.ts";
import { recordedLab } from "./recorded-lab.ts";

describe("the order of a lab", function () {
  this.timeout(300_000);
  let lab: Recording<Lab>;
  before(async () => {
    lab = await recordedLab({ stack: "lab", preview: false });
  });

  it("creates the Cluster last of all objects on the infra cluster, so that it is destroyed first", () => {
    const cluster = lab.resource("lab-cluster-edge-cluster");
    const others = lab.objects.filter(
      ({ resource }) => resource !== cluster && resource.options.parent !== undefined,
    );
    // What comes after the Cluster lives on it or reads from it, or would have machines replaced while it is taken down.
    const within = others.filter(
      ({ resource, kind }) =>
        !resource.name.startsWith("lab-cluster-edge-access") && kind !== "MachineHealthCheck",
    );
    const notBefore = within.filter(({ resource }) => !lab.isAfter(cluster, resource));
    assert.deepEqual(
      notBefore.map(({ resource }) => resource.name),
      [],
    );
    assert.ok(within.length > 40);
  });

  it("stops replacing machines before it takes the cluster down", () => {
    comesAfter("lab-cluster-edge-workers-replace", "lab-cluster-edge-cluster");
    comesAfter("lab-cluster-edge-control-plane-replace", "lab-cluster-edge-cluster");
  });

  const comesAfter = (later: string, earlier: string): void => {
    assert.ok(lab.isAfter(lab.resource(later), lab.resource(earlier)), `${later} after ${earlier}`);
    assert.ok(!lab.isAfter(lab.resource(earlier), lab.resource(later)), `${earlier} not after ${later}`);
  };

  it("guards clusters and hosts where the configuration says so, and nothing else", async () => {
    const guarded = (of: Recording<Lab>): string[] =>
      of.resources.filter(({ options }) => options.protect === true).map(({ name }) => name);
    const { hosts } = await labConfig("lab");
    assert.deepEqual(
      guarded(lab).sort(),
      [...hosts.map(({ name }) => `lab-hosts-${name}`), "lab-cluster-edge-cluster"].sort(),
    );
    const off = { "edge-lab:protect": "nothing" };
    assert.deepEqual(guarded(await recordedLab({ stack: "lab", preview: false, changes: off })), []);
  });

  it("registers hosts when Ironic and the emulator are there, and removes them before", () => {
    for (const host of ["lab-hosts-m920q-1", "lab-hosts-optiplex-3"]) {
      comesAfter(host, "lab-metal3-ironic");
      comesAfter(host, "lab-metal3-ironic-gate-command");
      comesAfter(host, "lab-redfish-deployment");
      comesAfter(host, `${host}-credentials`);
      comesAfter(host, "lab-namespace-clusters");
    }
  });

  it("lets the emulator know a host, and reach its device, until the host is gone", () => {
    for (const host of ["m920q-1", "optiplex-3"]) {
      for (const piece of [`lab-redfish-machine-${host}`, `lab-redfish-device-${host}`]) {
        // Directly: what the components around it depend on no longer tells after an update that failed in the middle.
        const { dependsOn } = lab.resource(`lab-hosts-${host}`);
        assert.ok(dependsOn.includes(lab.resource(piece).urn), `${host} depends on ${piece}`);
      }
      comesAfter(`lab-redfish-machine-${host}`, "lab-redfish-machines");
      comesAfter("lab-redfish-deployment", `lab-redfish-machine-${host}`);
    }
  });

  it("gives up with a host only what is its own, and of the emulator changes nothing but the pod's hash", async () => {
    const { hosts } = await labConfig("lab");
    const input = hosts.map(({ name, role, driver, address, macs }) => ({
      name,
      role,
      driver,
      address,
      macs,
    }));
    const of = (list: object[]) =>
      recordedLab({
        stack: "lab",
        preview: false,
        changes: { "edge-lab:hosts": list, "edge-lab:clusters": [] },
      });
    const all = await of(input);
    const fewer = await of(input.filter(({ name }) => name !== "optiplex-3"));
    const left = new Map(fewer.resources.map((resource) => [resource.name, resource]));
    const gone = all.resources.filter(({ name }) => !left.has(name)).map(({ name }) => name);
    assert.deepEqual(gone.sort(), [
      "lab-hosts-optiplex-3",
      "lab-hosts-optiplex-3-credentials",
      "lab-redfish-device-optiplex-3",
      "lab-redfish-machine-optiplex-3",
    ]);
    assert.equal(left.size, all.resources.length - gone.length);
    const changed = all.resources.filter(({ name, custom, inputs }) => {
      const now = left.get(name);
      const emulators = custom && name.startsWith("lab-redfish");
      return emulators && now && JSON.stringify(now.inputs) !== JSON.stringify(inputs);
    });
    // A new pod still finds the host's file: its key goes after the host.
    assert.deepEqual(
      changed.map(({ name }) => name),
      ["lab-redfish-deployment"],
    );
  });

  it("starts the emulator when its files are there", () => {
    for (const file of ["config", "machines", "tls", "data", "service-account"]) {
      comesAfter("lab-redfish-deployment", `lab-redfish-${file}`);
    }
    comesAfter("lab-redfish-tls", "lab-add-ons-issuer");
    comesAfter("lab-redfish-config", "lab-namespace-edge-lab");
  });

  it("waits in steps: control plane, pod network, settled", () => {
    const annotations = lab.object("Cluster", "edge").metadata.annotations as Record<string, string>;
    assert.equal(annotations["pulumi.com/deletionPropagationPolicy"], "background");
    comesAfter("lab-cluster-edge-initialised-wait", "lab-cluster-edge-cluster");
    comesAfter("lab-cluster-edge-access-cilium", "lab-cluster-edge-initialised-wait");
    comesAfter("lab-cluster-edge-settled-wait", "lab-cluster-edge-access-cilium");
  });

  it("has no step that waits where nothing is awaited", async () => {
    const changes = { "edge-lab:await": "none" };
    const sim = await recordedLab({ stack: "sim", preview: false, changes });
    const commands = sim.resources.filter(({ type }) => type === "command:local:Command");
    const waiting = commands.filter(
      ({ inputs }) => !String(inputs.create).includes("components/secrets/scripts/"),
    );
    assert.deepEqual(
      waiting.map(({ name }) => name),
      [],
    );
    const waits = sim.objects.filter(({ metadata }) =>
      JSON.stringify(metadata).includes("pulumi.com/waitFor"),
    );
    assert.deepEqual(
      waits.map(({ resource }) => resource.name),
      [],
    );
    assert.match(String(await text(sim)), /^not yet/);
  });
});

function text(sim: Recording<Lab>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const kubeconfig = sim.result.kubeconfigs.edge;
    if (kubeconfig === undefined) resolve(undefined);
    else kubeconfig.apply(resolve);
  });
}
