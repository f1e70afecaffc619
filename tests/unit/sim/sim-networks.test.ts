import assert from "node:assert/strict";
import { simNetworks } from "../../../sim/lab/sim-networks.ts";

describe("the networks of a sim's infra cluster", () => {
  it("are loopback ones beside its own, which no other sim has", () => {
    assert.deepEqual(simNetworks("127.20.0.2"), { pods: "127.84.0", services: "127.148.0.0/24" });
    assert.deepEqual(simNetworks("127.200.7.2"), { pods: "127.8.7", services: "127.72.7.0/24" });
  });

  it("ask for a loopback address", () => {
    for (const address of ["192.168.0.2", "emulator.test", "::1", "127.1"])
      assert.throws(() => simNetworks(address), /edge-lab:emulator\.address.*Fix:/, address);
  });
});
