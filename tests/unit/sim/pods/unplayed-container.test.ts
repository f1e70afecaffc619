import assert from "node:assert/strict";
import type { Pod } from "../../../../sim/standins/pods/pod.ts";
import { unplayedContainer } from "../../../../sim/standins/pods/unplayed-container.ts";

describe("a container whose image the pod runner does not know", () => {
  const pod: Pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "n" } };
  const of = (image: string) => unplayedContainer(pod, { name: "c", image });

  it("is said to run", () => {
    const { ready, state } = of("registry.example/some/program:1");
    assert.ok(ready);
    assert.ok(state.running);
  });

  it("waits for its image where the registry cannot exist, as a kubelet says it", () => {
    for (const image of ["nowhere.invalid/none:0", "a.b.invalid:5000/none@sha256:00"]) {
      const { ready, state } = of(image);
      assert.equal(ready, false);
      assert.equal(state.waiting?.reason, "ImagePullBackOff");
      assert.match(state.waiting?.message ?? "", /nowhere\.invalid|a\.b\.invalid/);
    }
    assert.ok(of("registry.example/nowhere.invalid/none:0").ready);
  });
});
