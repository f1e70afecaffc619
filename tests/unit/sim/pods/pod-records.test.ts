import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pod } from "../../../../sim/standins/pods/pod.ts";
import { PodRecords } from "../../../../sim/standins/pods/pod-records.ts";

const pod = (uid: string, owner = "manager-5d4", containers = ["manager"]): Pod => ({
  metadata: {
    name: `${owner}-${uid}`,
    uid,
    labels: { "pod-template-hash": "5d4" },
    ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: owner, uid: "r", controller: true }],
  },
  spec: { containers: containers.map((name) => ({ name, image: "m:1" })) },
});

describe("the records of pods", () => {
  let folder: string;
  let records: PodRecords;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-pods-"));
    records = new PodRecords(folder, "127.84.0");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const processes = (uid: string) =>
    Object.values(records.find(uid)?.containers ?? {}).map(({ process }) => process);

  it("give each pod an address of its own that is free again after it", () => {
    assert.equal(records.ensure(pod("a")).address, "127.84.0.2");
    assert.equal(records.ensure(pod("b")).address, "127.84.0.3");
    records.remove("a");
    assert.equal(records.ensure(pod("c")).address, "127.84.0.2");
    assert.equal(records.ensure(pod("b")).address, "127.84.0.3");
  });

  it("put addresses into statuses that the API server takes into EndpointSlices, no two the same", () => {
    assert.equal(records.ensure(pod("a")).statusAddress, "198.18.0.2");
    assert.equal(records.ensure(pod("b"), "127.20.0.2").statusAddress, "198.19.0.2");
  });

  it("name processes after what the pod belongs to, with a number for the second at a time", () => {
    records.ensure(pod("a"));
    records.ensure(pod("b"));
    records.ensure(pod("c", "other-5d4", ["one", "two"]));
    assert.deepEqual(processes("a"), ["pod-manager"]);
    assert.deepEqual(processes("b"), ["pod-manager-2"]);
    assert.deepEqual(processes("c"), ["pod-other-one", "pod-other-two"]);
    records.remove("a");
    records.ensure(pod("d"));
    assert.deepEqual(processes("d"), ["pod-manager"]);
  });

  it("are there for the next process, for its owner's eyes only", () => {
    records.ensure(pod("a"));
    records.update("a", "manager", { starts: 3, ports: { "9443": 40_001 } });
    const read = new PodRecords(folder, "127.84.0").find("a");
    assert.equal(read?.containers.manager?.starts, 3);
    assert.deepEqual(read?.containers.manager?.ports, { "9443": 40_001 });
    assert.equal(statSync(records.folder("a")).mode & 0o077, 0);
  });

  it("say when no address is left", () => {
    for (let n = 2; n < 255; n++) records.ensure(pod(`p${n}`));
    assert.throws(() => records.ensure(pod("one-more")), /127\.84\.0\.0\/24.*Fix:/);
  });
});
