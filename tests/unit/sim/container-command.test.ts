import assert from "node:assert/strict";
import {
  type Container,
  localArguments,
  localEnvironment,
  repositoryOf,
} from "../../../sim/standins/container-command.ts";

const container: Container = {
  name: "redfish-emulator",
  image: "ghcr.io/edge-lab/redfish-emulator:0.1.0",
  args: [
    "--config",
    "/etc/edge-lab/config/config.json",
    "--tls-dir=/etc/edge-lab/tls",
    "--data-dir",
    "/var/lib/edge-lab",
    "--listen",
    "0.0.0.0:8443",
    "--other",
    "/etc/edge-lab-more/tls",
  ],
  volumeMounts: [
    { name: "all", mountPath: "/etc/edge-lab" },
    { name: "config", mountPath: "/etc/edge-lab/config/" },
    { name: "tls", mountPath: "/etc/edge-lab/tls" },
    { name: "data", mountPath: "/var/lib/edge-lab" },
  ],
};
const folders = new Map([
  ["all", "/pods/all"],
  ["config", "/pods/config"],
  ["tls", "/pods/tls"],
  ["data", "/volumes/pvc-1"],
]);

describe("localArguments", () => {
  it("leads paths into the volumes' folders and the address to the pod's", () => {
    assert.deepEqual(localArguments(container, folders, "127.20.0.2"), [
      "--config",
      "/pods/config/config.json",
      "--tls-dir=/pods/tls",
      "--data-dir",
      "/volumes/pvc-1",
      "--listen",
      "127.20.0.2:8443",
      "--other",
      "/etc/edge-lab-more/tls",
    ]);
  });

  it("leaves paths of volumes that were not provided alone", () => {
    const args = localArguments(container, new Map(), "127.20.0.2");
    assert.equal(args[1], "/etc/edge-lab/config/config.json");
  });
});

describe("localEnvironment", () => {
  it("knows values and what names the pod", () => {
    const env = [
      { name: "LEVEL", value: "info" },
      { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ];
    assert.deepEqual(
      localEnvironment({ ...container, env }, { name: "p-1", namespace: "ns" }, "127.20.0.2"),
      {
        LEVEL: "info",
        POD: "p-1",
        IP: "127.20.0.2",
      },
    );
  });

  it("refuses what it does not know rather than leaving it out", () => {
    const env = [{ name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }];
    assert.throws(
      () => localEnvironment({ ...container, env }, { name: "p" }, "127.20.0.2"),
      /env NODE comes from/,
    );
  });
});

describe("repositoryOf", () => {
  it("takes tag and digest off, and no port", () => {
    assert.equal(repositoryOf("localhost:5000/a/b:1.2@sha256:abc"), "localhost:5000/a/b");
    assert.equal(repositoryOf("localhost:5000/a/b"), "localhost:5000/a/b");
    assert.equal(repositoryOf("a/b@sha256:abc"), "a/b");
  });
});
