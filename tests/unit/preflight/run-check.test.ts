import assert from "node:assert/strict";
import { parseLabConfig } from "../../../components/config/parse-lab-config.ts";
import { ClusterSilent } from "../../../components/preflight/cluster-reader.ts";
import { InfraView } from "../../../components/preflight/infra-view.ts";
import { Place } from "../../../components/preflight/place.ts";
import type { PreflightCheck } from "../../../components/preflight/preflight-check.ts";
import { runCheck } from "../../../components/preflight/run-check.ts";
import { sampleLab } from "../config/sample-lab.ts";

describe("running one check of preflight", () => {
  let connects = 0;
  const scene = {
    config: parseLabConfig(sampleLab(), { mode: "preview" }),
    infra: new InfraView(() => {
      connects++;
      throw new ClusterSilent("there is none");
    }),
    place: new Place({}, false, true),
    withLogins: () => Promise.resolve({ unseen: "not needed" }),
  };
  const check = (run: PreflightCheck["run"], timeOut = 10_000): PreflightCheck => ({
    title: "sky",
    looksAt: "the sky",
    timeOut,
    run,
  });

  it("gives what it found", async () => {
    const found = [{ status: "ok", detail: "blue" }] as const;
    assert.deepEqual(
      await runCheck(
        check(() => Promise.resolve(found)),
        scene,
      ),
      found,
    );
  });

  it("gives up one that takes too long, and tells it so", async () => {
    let aborted = false;
    const endless: PreflightCheck["run"] = (_, signal) =>
      new Promise(() => {
        signal.addEventListener("abort", () => {
          aborted = true;
        });
      });
    const [found] = await runCheck(check(endless, 1), scene);
    assert.equal(found?.status, "skip");
    assert.match(found?.detail ?? "", /looking at the sky took longer than 0\.001 s/);
    assert.ok(aborted);
  });

  it("never throws: what was not foreseen is not looked at", async () => {
    const broken: PreflightCheck["run"] = () => Promise.reject(new TypeError("clouds"));
    const [found] = await runCheck(check(broken), scene);
    assert.equal(found?.status, "skip");
    assert.match(found?.detail ?? "", /TypeError: clouds/);
  });

  it("has a cluster that is not there asked once", async () => {
    const [version, nodes] = [await scene.infra.version(), await scene.infra.nodes()];
    assert.deepEqual([version, nodes], [{ unseen: "there is none" }, { unseen: "there is none" }]);
    assert.equal(connects, 1);
  });
});
