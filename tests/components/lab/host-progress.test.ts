import assert from "node:assert/strict";
import { hostProgress } from "../../../components/workload-cluster/host-progress.ts";
import { initialisationProgress } from "../../../components/workload-cluster/initialisation-progress.ts";

describe("the progress of hosts", () => {
  const host = (name: string, state: string, error: object = {}) => ({
    metadata: { name },
    status: { provisioning: { state }, poweredOn: true, ...error },
  });

  it("tells what moves and leaves out what rests", () => {
    const hosts = [host("a", "available"), host("b", "inspecting"), host("c", "provisioned"), host("d", "")];
    assert.deepEqual(hostProgress(hosts), ["host b: inspecting", "host d: not registered yet"]);
    assert.deepEqual(hostProgress([{ metadata: { name: "e" } }]), ["host e: not registered yet"]);
  });

  it("tells Ironic's error word for word, with what to do about it", () => {
    const errorMessage = "Image checksum mismatch: expected aaaa, got bbbb";
    const [line = ""] = hostProgress([
      host("a", "provisioning", { errorType: "provisioning error", errorMessage }),
    ]);
    assert.ok(line.startsWith(`host a: provisioning, provisioning error: ${errorMessage} [`), line);
    assert.match(line, /edge-lab:nodeImage\.images/);
  });

  it("tells an error of a host that seems to rest", () => {
    const error = { errorType: "power management error", errorMessage: "odd" };
    assert.deepEqual(hostProgress([host("a", "provisioned", error)]), [
      "host a: provisioned, power management error: odd",
    ]);
  });

  const hinted: readonly (readonly [message: string, hint: RegExp])[] = [
    ["SSLError: CERTIFICATE_VERIFY_FAILED unable to get local issuer certificate", /edge-lab-ca/],
    ["HTTP POST https://x returned code 401. Base.1.0.GeneralError", /BMC Secret/],
    ["No suitable device was found for deployment - root device hints", /rootDeviceHints/],
    ["timeout reached while inspecting the node", /boot from the network/],
    ["Failed to change power state to 'power on'", /Redfish emulator/],
    [
      // Of the flight with a dead plug, by the emulator and sushy.
      "Failed to tear down: HTTP POST https://127.25.0.2:8443/redfish/v1/Systems/optiplex-2/Actions/ComputerSystem.Reset returned code 503. Base.1.22.CouldNotEstablishConnection: The service failed to establish a connection with the URI '127.25.0.22:20080'. Tapo plug at 127.25.0.22:20080 did not answer request within 5 s.",
      /device behind the host/,
    ],
  ];
  for (const [errorMessage, hint] of hinted) {
    it(`knows what to do about ${JSON.stringify(errorMessage.slice(0, 30))}`, () => {
      const [line = ""] = hostProgress([host("a", "registering", { errorType: "x", errorMessage })]);
      assert.match(line, hint);
    });
  }
});

describe("the progress of a cluster's first API server", () => {
  const cluster = (...conditions: object[]) => ({ status: { conditions } });

  it("is done when the control plane is initialised, whatever else is wrong", () => {
    const failed = { type: "TopologyReconciled", status: "False", reason: "ReconcileFailed", message: "m" };
    assert.deepEqual(
      initialisationProgress(cluster({ type: "ControlPlaneInitialized", status: "True" }, failed)),
      [],
    );
  });

  it("tells the reason, and a topology that can never be carried out", () => {
    const waiting = {
      type: "ControlPlaneInitialized",
      status: "False",
      reason: "NotInitialized",
      message: "",
    };
    const failed = {
      type: "TopologyReconciled",
      status: "False",
      reason: "ReconcileFailed",
      message: "no image",
    };
    assert.deepEqual(initialisationProgress(cluster(waiting, failed)), [
      "the control plane is not initialised (NotInitialized)",
      "TopologyReconciled failed: no image",
    ]);
    assert.deepEqual(initialisationProgress({}), ["the control plane is not initialised"]);
  });
});
