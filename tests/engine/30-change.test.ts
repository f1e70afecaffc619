import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

interface PreviewStep {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: { readonly inputs?: unknown };
  readonly newState?: { readonly inputs?: unknown };
}

/** Paths at which two values differ, in the form spec.topology.variables[1].value.url. */
function differences(before: unknown, after: unknown, path = ""): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null;
  if (!isRecord(before) || !isRecord(after)) return [path];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const step = Array.isArray(before) ? `[${key}]` : `${path ? "." : ""}${key}`;
    return differences(before[key], after[key], path + step);
  });
}

describe("a change of the stack file", () => {
  const lab = sharedLab();
  before(sharedLabUp);

  it("of the Kubernetes version previews the cluster's version and images, and nothing else", async () => {
    lab.edit((text) => text.replace(/^( {4}version: )v1\.34\.3$/m, "$1v1.35.4"));
    const { code, stdout, stderr } = await lab.pulumi("preview", ["--json"]);
    assert.equal(code, 0, stderr);
    const { steps } = JSON.parse(stdout) as { steps: PreviewStep[] };
    const changes = steps.filter(({ op }) => op !== "same");
    assert.deepEqual(
      changes.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`),
      ["update lab-cluster-edge-cluster"],
    );
    const [cluster] = changes;
    const paths = differences(cluster?.oldState?.inputs, cluster?.newState?.inputs);
    assert.equal(paths.at(-1), "spec.topology.version");
    assert.ok(paths.length > 1, "the images change, too");
    for (const path of paths.slice(0, -1))
      assert.match(path, /^spec\.topology\.variables\[\d\]\.value\.(url|checksum)$/);
  });

  it("is updated, and leaves alone what somebody set on a host by hand", async () => {
    const image = {
      url: "http://127.21.0.1/by-hand.raw",
      checksum: "00",
      checksumType: "sha256",
      format: "raw",
    };
    // As kubectl does by itself: with its own manager, whose fields Pulumi takes over at its next update.
    await lab.kubectl(
      "-n",
      "clusters",
      "patch",
      "bmh",
      "m920q-1",
      "--type=merge",
      "-p",
      JSON.stringify({ spec: { image } }),
    );
    lab.edit((text) => text.replace(/^( {4}- name: m920q-1)$/m, "$1\n      labels: { rack: top }"));
    const { code, stdout, stderr } = await lab.pulumi("up", ["--yes", "--skip-preview"]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /~ 2 updated/);
    assert.equal(await lab.field("bmh", "m920q-1", ".metadata.labels.rack"), "top");
    assert.equal(await lab.field("bmh", "m920q-1", ".spec.image.url"), image.url);
    assert.equal(await lab.field("bmh", "m920q-1", ".spec.online"), "true");
    assert.equal(await lab.field("cluster", "edge", ".spec.topology.version"), "v1.35.4");
    assert.match(await lab.field("cluster", "edge", ".spec.topology.variables"), /node-v1\.35\.4\.raw/);
  });

  it("has no changes to preview after that", async () => {
    const { code, stdout, stderr } = await lab.pulumi("preview", ["--expect-no-changes"]);
    assert.equal(code, 0, stdout + stderr);
  });

  it("that takes a host away removes that host alone, and the emulator forgets it", async () => {
    // Its machine is on, as a host's that is in use: its device has to be there for as long as Pulumi is at it.
    for (const name of ["m920q-1", "optiplex-3"]) await lab.press(name);
    const before = await lab.status();
    const pid = before.processes.find(({ name }) => name === "devices")?.pid;
    const { power, boots } = await lab.device("m920q-1");
    lab.edit((text) =>
      text.replace(/^ {4}- name: optiplex-3\n(?: {6}.*\n)*/m, "").replace(/(workers:\s+replicas: )3/, "$12"),
    );
    const { code, stdout, stderr } = await lab.sim(["up"]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /Simulated devices: 6 running; leaving: optiplex-3/);
    assert.match(stdout, /Hosts that left the lab: optiplex-3 unplugged/);
    assert.match(stdout, /deleted kubernetes:metal3\.io\/v1alpha1:BareMetalHost lab-hosts-optiplex-3/);
    assert.equal(
      await lab.kubectl("-n", "clusters", "get", "bmh", "-o", "jsonpath={.items[*].metadata.name}"),
      "m920q-1 m920q-2 m920q-3 optiplex-1 optiplex-2",
    );
    const { body } = await lab.redfish("GET", "/redfish/v1/Systems");
    assert.equal(body["Members@odata.count"], 5);
    assert.equal((await lab.redfish("GET", "/redfish/v1/Systems/optiplex-3")).status, 404);
    const after = await lab.status();
    assert.equal(after.devices.length, 5);
    assert.equal(after.processes.find(({ name }) => name === "devices")?.pid, pid);
    const untouched = await lab.device("m920q-1");
    assert.deepEqual({ power: untouched.power, boots: untouched.boots }, { power, boots });
  });
});
