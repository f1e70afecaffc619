import assert from "node:assert/strict";
import { identify } from "../../sim/processes/process-identity.ts";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

describe("npm start after kill -9", () => {
  const lab = sharedLab();
  before(sharedLabUp);

  const pids = async () =>
    new Map((await lab.status()).processes.map(({ name, pid }) => [name, pid] as const));

  for (const names of [
    ["etcd", "devices"],
    ["kube-apiserver", "stand-ins"],
    ["kube-controller-manager", "kube-scheduler", "kwok-controller", "pod-redfish-emulator"],
  ]) {
    it(`of ${names.join(", ")} restores them and loses nothing`, async () => {
      const before = await pids();
      const uid = await lab.field("bmh", "m920q-1", ".metadata.uid");
      for (const name of names) {
        const pid = before.get(name);
        assert.ok(pid, `${name} runs`);
        process.kill(pid, "SIGKILL");
        await waitUntil(() => !identify(pid), { what: `the end of ${name}`, timeoutMs: 10_000 });
      }
      const { code, stdout, stderr } = await lab.sim(["up"]);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /pulumi up --stack engine: \d+ unchanged/);
      const status = await lab.status();
      assert.equal(status.state, "up");
      const after = await pids();
      for (const name of names) assert.notEqual(after.get(name), before.get(name), name);
      assert.equal(await lab.field("bmh", "m920q-1", ".metadata.uid"), uid);
      assert.equal((await lab.redfish("GET", "/redfish/v1/Systems/optiplex-1")).status, 200);
    });
  }

  it("of the emulator alone needs none: the pod runner restarts it", async () => {
    const pid = (await pids()).get("pod-redfish-emulator");
    assert.ok(pid);
    process.kill(pid, "SIGKILL");
    await waitUntil(async () => (await lab.status()).state === "up", {
      what: "the restarted emulator",
      timeoutMs: 60_000,
      everyMs: 500,
    });
    assert.notEqual((await pids()).get("pod-redfish-emulator"), pid);
  });
});
