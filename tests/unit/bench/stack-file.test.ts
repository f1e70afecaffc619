import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { benchShape } from "../../../bench/flight/bench-lab.ts";
import { benchStackFile } from "../../../bench/flight/bench-stack-file.ts";
import { caseTable, chosenCases } from "../../../bench/flight/case-table.ts";
import { readLabConfig } from "../../../components/config/parse-lab-config.ts";
import { stackFileConfig } from "../../../components/config/stack-file.ts";
import { repository } from "../config/sample-lab.ts";

const original = readFileSync(join(repository, "Pulumi.sim-spare.yaml"), "utf8");

function labOf(id: string) {
  const [{ lab } = { lab: undefined }] = chosenCases([id]);
  assert.ok(lab);
  const text = benchStackFile(original, benchShape, "/some/where/kubeconfig", lab);
  return { text, ...readLabConfig(stackFileConfig(text), { mode: "up" }) };
}

describe("the cases of the bench", () => {
  it("have valid labs with as many hosts as they say, on a network of their own", () => {
    for (const { id } of caseTable) {
      const { text, config, warnings } = labOf(id);
      assert.deepEqual(warnings, []);
      assert.equal(config.hosts.length, Number(id.split("-")[1]), id);
      const addresses = text.replaceAll(/^\s*#.*$/gm, "").match(/\d+\.\d+\.\d+\.\d+/g) ?? [];
      assert.deepEqual(
        addresses.filter((address) => !/^127\.26\.[023]\.|^172\.26\.0\.|^10\./.test(address)),
        [],
      );
    }
  });

  it("make a cluster of all hosts to see it Available", () => {
    const [cluster] = labOf("available-12").config.clusters;
    assert.deepEqual([cluster?.controlPlane.replicas, cluster?.workers.replicas], [3, 9]);
  });

  it("leave hosts to whoever gives them an image", () => {
    const { config } = labOf("provisioned-50");
    assert.deepEqual(
      [config.clusters.length, config.await, config.manifests.modules],
      [0, "provisioned", "complete"],
    );
  });

  it("run no controller to measure the program", () => {
    const { config } = labOf("program-100");
    assert.deepEqual(
      [config.clusters.length, config.await, config.manifests.modules],
      [1, "none", "definitions"],
    );
  });

  it("can be chosen one by one, all are meant by none, and an unknown one is named", () => {
    assert.deepEqual(
      chosenCases(["program-10", "available-6"]).map(({ id }) => id),
      ["available-6", "program-10"],
    );
    assert.equal(chosenCases([]), caseTable);
    assert.throws(() => chosenCases(["available-7"]), /no case available-7\. There are: all, available-6/);
  });
});
