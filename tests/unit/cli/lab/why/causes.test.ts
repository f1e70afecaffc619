import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { causeTable } from "../../../../../cli/lab/why/cause-table.ts";
import { diagnose, type Subject } from "../../../../../cli/lab/why/diagnose.ts";
import { repository } from "../support/lab-project.ts";
import { plantedFaults } from "./planted-faults.ts";
import { bareMetalHost, justNow, metal3Machine } from "./real-objects.ts";
import { type RawLab, restingNode, snapshotOf, wellLab } from "./well-lab.ts";

const edge: Subject = { kind: "cluster", name: "edge" };
const found = (lab: RawLab, subject: Subject = edge): string[] =>
  diagnose(snapshotOf(lab), subject).causes.map(({ id }) => id);

describe("the causes of lab why", () => {
  it("find nothing in a lab that is well", () => {
    for (const subject of [edge, { kind: "host", name: "w-1" }, { kind: "lab" }] as const) {
      assert.deepEqual(found(wellLab(), subject), []);
    }
  });

  it("are each planted below, and have names of their own", () => {
    const { lab, cluster, chain, limits, consequences } = causeTable;
    const ids = [...lab, ...cluster, ...chain.flat(), ...limits, ...consequences].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(plantedFaults.map(({ id }) => id).sort(), [...ids].sort());
    assert.ok(ids.length >= 20);
  });

  it("stand in the documentation, each once", () => {
    const page = readFileSync(join(repository, "docs/lab-command.md"), "utf8");
    for (const { id } of plantedFaults) assert.equal(page.split(`\`${id}\``).length, 2, id);
  });

  for (const { id, subject, plant } of plantedFaults) {
    it(`name ${id} when it is planted, with its object, its words, its meaning and a fix`, () => {
      const lab = wellLab();
      plant(lab);
      const asked: Subject = subject === undefined ? edge : { kind: "host", name: subject };
      const [first] = diagnose(snapshotOf(lab), asked).causes;
      assert.equal(first?.id, id);
      for (const text of [first.at, first.said, first.means, first.fix]) {
        assert.match(text, /\S/);
        assert.doesNotMatch(text, /undefined|\bHOST\b/);
      }
      // Every kubectl that writes names its own field manager: Pulumi would take the fields of plain kubectl back.
      for (const [command] of first.fix.matchAll(/kubectl[^;,]*? (patch|annotate|label|apply|edit) /g)) {
        assert.match(command, /--field-manager=/);
      }
    });
  }

  it("tell one of a host also when the whole lab is asked for", () => {
    const lab = wellLab();
    lab.systems.set("w-2", null);
    assert.deepEqual(found(lab), []);
    assert.deepEqual(found(lab, { kind: "lab" }), ["system-unknown"]);
  });

  it("quote the error as it was written, and what follows from it after it", () => {
    const lab = wellLab();
    const silent = plantedFaults.find(({ id }) => id === "device-silent");
    silent?.plant(lab);
    const { causes } = diagnose(snapshotOf(lab), edge);
    assert.deepEqual(
      causes.map(({ id }) => id),
      ["device-silent", "power-failed"],
    );
    assert.match(
      causes[1]?.said ?? "",
      /^power management error: Failed to set node power state to power on\.$/,
    );
  });

  it("blame the emulator, not the step, where Ironic has no way to it", () => {
    const lab = wellLab();
    const status = {
      operationalStatus: "error",
      errorType: "inspection error",
      errorMessage:
        "Inspection clean up failed: unable to power off the node: Redfish connection failed for node 4f1c: Unable to connect to https://127.24.0.2:8443/redfish/v1/. Error: HTTPSConnectionPool(host='127.24.0.2', port=8443): Max retries exceeded with url: /redfish/v1/ (Caused by SSLError(SSLEOFError(8, '[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol (_ssl.c:1006)')))",
    };
    lab.hosts.set("w-2", bareMetalHost({ name: "w-2", state: "inspecting", status }));
    assert.deepEqual(found(lab, { kind: "host", name: "w-2" }).slice(0, 1), ["emulator-unreachable"]);
  });

  it("give a step its time", () => {
    const lab = wellLab();
    const changedAt = Date.parse("2026-11-27T03:55:00Z");
    lab.nodes.set("w-1", { ...restingNode, provisionState: "wait call-back", changedAt });
    assert.deepEqual(found(lab), []);
  });

  it("do not complain of a host that has just become free", () => {
    const lab = wellLab();
    const message = "no available host found. Requeuing";
    lab.hosts.delete("w-1");
    const waiting = {
      AssociateBareMetalHost: ["False", "AssociateBareMetalHostFailed", message, justNow],
    } as const;
    lab.metal3Machines.set("edge-w-x", metal3Machine("edge-w-x", "worker", waiting));
    assert.deepEqual(found(lab), []);
    lab.hosts.set("w-2", bareMetalHost({ name: "w-2", state: "inspecting" }));
    assert.deepEqual(found(lab), []);
  });
});
