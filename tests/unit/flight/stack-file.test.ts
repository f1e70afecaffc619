import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readLabConfig } from "../../../components/config/parse-lab-config.ts";
import { stackFileConfig } from "../../../components/config/stack-file.ts";
import { type FlightShape, rackShape, smallShape } from "../../flight/lab/flight-shape.ts";
import { flightStackFile } from "../../flight/lab/flight-stack-file.ts";
import { repository } from "../config/sample-lab.ts";

const original = readFileSync(join(repository, "Pulumi.sim-spare.yaml"), "utf8");

function made(shape: FlightShape) {
  const text = flightStackFile(original, shape, "/some/where/kubeconfig");
  return { text, ...readLabConfig(stackFileConfig(text), { mode: "up" }) };
}

describe("the stack file of a flight's lab", () => {
  it("has the hosts and the replicas that the shape asks for, and is a valid lab", () => {
    const { config, warnings } = made(rackShape(3, 1));
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      config.hosts.map(({ name }) => name),
      ["m920q-1", "m920q-2", "m920q-3", "optiplex-1"],
    );
    const [cluster] = config.clusters;
    assert.deepEqual([cluster?.controlPlane.replicas, cluster?.controlPlane.maxSurge], [3, 0]);
    assert.equal(cluster?.workers.replicas, 1);
  });

  it("lets a control plane of one upgrade by a spare host, and is quick to find a node unhealthy", () => {
    const { config, warnings } = made(smallShape);
    assert.deepEqual(warnings, []);
    const [cluster] = config.clusters;
    assert.deepEqual([cluster?.controlPlane.replicas, cluster?.controlPlane.maxSurge], [1, 1]);
    assert.equal(config.hosts.length, 5);
    assert.ok((cluster?.healthChecks.unhealthySeconds ?? 600) < 60);
    assert.equal(made(rackShape(3, 3)).config.clusters[0]?.healthChecks.unhealthySeconds, 600);
  });

  it("is on networks of its own, with a kubeconfig of its own", () => {
    for (const shape of [rackShape(3, 3), smallShape]) {
      const { text, config } = made(shape);
      assert.equal(config.infra.kubeconfig, "/some/where/kubeconfig");
      const addresses = text.replaceAll(/^\s*#.*$/gm, "").match(/\d+\.\d+\.\d+\.\d+/g) ?? [];
      const others = addresses.filter((address) => !/^(127|172)\.(23|24)\.0\.|^10\./.test(address));
      assert.deepEqual(others, []);
    }
    assert.notEqual(rackShape(3, 3).network, smallShape.network);
    assert.ok(Math.abs(rackShape(3, 3).firstPort - smallShape.firstPort) >= 6);
  });

  it("keeps the comments", () => {
    assert.match(made(rackShape(3, 1)).text, /# kept for ever: a BMC address cannot change/);
  });

  it("refuses more hosts than there are", () => {
    assert.throws(() => rackShape(5, 1), /4 control-plane hosts/);
    const many = { ...smallShape, spareWorkers: 9 };
    assert.throws(() => flightStackFile(original, many, "k"), /5 hosts of role worker, not 10/);
  });
});
