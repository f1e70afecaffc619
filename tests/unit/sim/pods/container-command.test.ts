import assert from "node:assert/strict";
import {
  type ContainerPlace,
  localArguments,
  repositoryOf,
  webhookPort,
} from "../../../../sim/standins/pods/container-command.ts";
import type { ControllerFlags, KnownImage } from "../../../../sim/standins/pods/known-image.ts";
import type { Container } from "../../../../sim/standins/pods/pod.ts";

const image: KnownImage = { repository: "any", command: "any", args: [], revision: "1" };
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
const place: ContainerPlace = {
  folders: new Map([
    ["all", "/pods/all"],
    ["config", "/pods/config"],
    ["tls", "/pods/tls"],
    ["data", "/volumes/pvc-1"],
    ["cert", "/pods/cert"],
  ]),
  address: "127.20.0.2",
  ports: {},
  sandboxed: true,
};

describe("the arguments of a container's process", () => {
  it("have paths led into the volumes' folders and the address to the pod's", () => {
    assert.deepEqual(localArguments(container, image, place), [
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

  it("keep paths of volumes that were not provided", () => {
    const args = localArguments(container, image, { ...place, folders: new Map() });
    assert.equal(args[1], "/etc/edge-lab/config/config.json");
  });

  it("are the image's own for a container that gives none, with a single file of a volume found", () => {
    const mounts = [{ name: "config", mountPath: "/etc/nginx/nginx.conf", subPath: "nginx.conf" }];
    const args = localArguments(
      { name: "n", image: "n", volumeMounts: mounts },
      { ...image, defaultArgs: ["--config=/etc/nginx/nginx.conf", "--listen=[::]:8080"] },
      place,
    );
    assert.deepEqual(args, ["--config=/pods/config/nginx.conf", "--listen=127.20.0.2:8080"]);
  });
});

describe("the arguments of a controller", () => {
  const controller: ControllerFlags = {
    listen: { "--health-addr": ":9440", "--diagnostics-address": ":8443" },
    webhookPort: ["--webhook-port", 9443],
    certificates: ["--webhook-cert-dir", "/tmp/k8s-webhook-server/serving-certs"],
    leaderElection: "--leader-elect",
  };
  const manager: Container = {
    name: "manager",
    image: "registry.test/manager:v1",
    args: ["--leader-elect", "--diagnostics-address=:8444", "--feature-gates=A=true,B=false"],
    volumeMounts: [{ name: "cert", mountPath: "/tmp/k8s-webhook-server/serving-certs" }],
  };
  const run = { ...place, ports: { "9443": 40_001 }, kubeconfig: "/pods/kubeconfig" };

  it("listen on the pod's address, with the declared ports and those by default", () => {
    assert.deepEqual(localArguments(manager, { ...image, controller }, run), [
      "--leader-elect",
      "--feature-gates=A=true,B=false",
      "--kubeconfig=/pods/kubeconfig",
      "--health-addr=127.20.0.2:9440",
      "--diagnostics-address=127.20.0.2:8444",
      "--webhook-port=40001",
      "--webhook-cert-dir=/pods/cert",
    ]);
  });

  it("leave leader election out only where the pod's namespace cannot be told", () => {
    const args = localArguments(manager, { ...image, controller }, { ...run, sandboxed: false });
    assert.ok(!args.includes("--leader-elect"));
  });

  it("keep a listener that is declared off or elsewhere", () => {
    const declared = { ...manager, args: ["--diagnostics-address=0", "--health-addr=127.0.0.1:1"] };
    const args = localArguments(declared, { ...image, controller }, run);
    assert.ok(args.includes("--diagnostics-address=0"));
    assert.ok(args.includes("--health-addr=127.0.0.1:1"));
  });

  it("say which port their webhooks were declared on", () => {
    assert.equal(webhookPort(manager, controller), 9443);
    assert.equal(webhookPort({ ...manager, args: ["--webhook-port=9444"] }, controller), 9444);
  });
});

describe("repositoryOf", () => {
  it("takes tag and digest off, and no port", () => {
    assert.equal(repositoryOf("localhost:5000/a/b:1.2@sha256:abc"), "localhost:5000/a/b");
    assert.equal(repositoryOf("localhost:5000/a/b"), "localhost:5000/a/b");
    assert.equal(repositoryOf("a/b@sha256:abc"), "a/b");
  });
});
