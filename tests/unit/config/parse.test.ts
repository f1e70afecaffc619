import assert from "node:assert/strict";
import type { LabConfig } from "../../../components/config/lab.ts";
import { parseLabConfig } from "../../../components/config/parse-lab-config.ts";
import { bmcAddress } from "../../../components/config/resolve/bmc-address.ts";
import { bootMac } from "../../../components/config/resolve/boot-mac.ts";
import { credentialsFor } from "../../../components/config/resolve/credentials-for.ts";
import { dataDisksOfRole } from "../../../components/config/resolve/data-disks-of-role.ts";
import { deviceAddress } from "../../../components/config/resolve/device-address.ts";
import { hostLabels } from "../../../components/config/resolve/host-labels.ts";
import { imageFor } from "../../../components/config/resolve/image-for.ts";
import { kubeconfigPath } from "../../../components/config/resolve/kubeconfig-path.ts";
import { changed, refusals, refusedOnce, warnings } from "./refusals.ts";
import { put, type RawLab, sampleLab } from "./sample-lab.ts";

function parsed(lab: RawLab): LabConfig {
  return parseLabConfig(lab, { mode: "up" });
}

function firstHost(config: LabConfig): LabConfig["hosts"][number] {
  const [host] = config.hosts;
  assert.ok(host);
  return host;
}

describe("a lab's configuration", () => {
  it("fills in defaults, those that depend on other fields too", () => {
    const lab = changed(
      [["infra", "kubeconfig"], undefined],
      [["emulator"], undefined],
      [["nodeImage", "serve"], undefined],
      [["infra", "provisioning", "dhcp", "onlyDeclaredHosts"], undefined],
      [["clusters", 0, "controlPlane", "maxSurge"], undefined],
    );
    const config = parsed(lab);
    assert.equal(config.infra.kubeconfig, "~/.kube/config");
    assert.equal(config.emulator.cacheSeconds, 30);
    assert.equal(config.emulator.eventLimit, 10_000);
    assert.equal(config.emulator.metrics.anonymous, false);
    assert.equal(config.nodeImage.serve.address, "192.168.1.10");
    assert.equal(config.nodeImage.serve.storageClass, "local-path");
    assert.equal(config.infra.provisioning.dhcp?.onlyDeclaredHosts, true);
    assert.equal(config.clusters[0]?.kubernetes.version, "v1.34.3");
    assert.equal(config.clusters[0]?.controlPlane.maxSurge, 0);
    assert.equal(config.await, "full");
    assert.equal(config.manifests.allowUnpinned, false);
  });

  it("lets a cluster have a version of its own, with that version's image", () => {
    const config = parsed(changed([["clusters", 0, "kubernetes"], { version: "v1.35.4" }]));
    const [cluster] = config.clusters;
    assert.ok(cluster);
    assert.equal(cluster.kubernetes.version, "v1.35.4");
    assert.match(imageFor(config, cluster, "worker").url, /v1\.35\.4/);
  });

  it("keeps MAC addresses in one spelling", () => {
    for (const spelling of ["88-AE-DD-70-37-EA", "88aedd7037ea", "88:ae:dd:70:37:EA"]) {
      const host = firstHost(parsed(changed([["hosts", 0, "macs"], [spelling]])));
      assert.equal(bootMac(host), "88:ae:dd:70:37:ea");
    }
  });

  it("leaves other namespaces' keys alone", () => {
    assert.deepEqual(refusals({ ...sampleLab(), "kubernetes:context": "x", "pulumi:tags": {} }), []);
  });

  it("allows a single untainted node, and says what its upgrade needs", () => {
    const single = changed(
      [["clusters", 0, "controlPlane"], { replicas: 1, untainted: true }],
      [["clusters", 0, "workers", "replicas"], 0],
    );
    assert.equal(parsed(single).clusters[0]?.controlPlane.maxSurge, 1);
    assert.match(warnings(single).join("\n"), /controlPlane\.replicas \(1\).*in place.*spare host/);
  });

  it("allows one control plane with a spare host", () => {
    const lab = changed([["clusters", 0, "controlPlane"], { replicas: 1, maxSurge: 1 }]);
    assert.equal(parsed(lab).clusters[0]?.controlPlane.maxSurge, 1);
  });

  it("takes a login from the host, else from the driver, field by field", () => {
    const lab = put(sampleLab(), ["credentials", "hosts"], { "m920q-3": { password: "Other-Passw0rd" } });
    const config = parsed(lab);
    const of = (name: string, driver: string) => credentialsFor(config, { name, driver });
    assert.deepEqual(of("m920q-1", "amt"), { username: "admin", password: "Valid-Passw0rd" });
    assert.deepEqual(of("m920q-3", "amt"), { username: "admin", password: "Other-Passw0rd" });
    assert.deepEqual(of("optiplex-1", "tapo"), { username: "me@example.org", password: "another one" });
  });

  it("knows that AMT's user is admin", () => {
    const lab = put(sampleLab(), ["credentials", "defaults", "amt", "username"], undefined);
    assert.equal(credentialsFor(parsed(lab), { name: "m920q-1", driver: "amt" }).username, "admin");
  });

  it("stands a placeholder in for a login in a preview", () => {
    const lab = put(sampleLab(), ["credentials", "defaults", "tapo"], undefined);
    const config = parseLabConfig(lab, { mode: "preview" });
    assert.equal(credentialsFor(config, { name: "optiplex-1", driver: "tapo" }).password, "not-set-yet");
  });

  it("answers what components ask", () => {
    const config = parsed(sampleLab());
    const host = firstHost(config);
    const system = "/redfish/v1/Systems/m920q-1";
    assert.equal(
      bmcAddress(config, host),
      `redfish+https://redfish-emulator.edge-lab.svc.cluster.local:8443${system}`,
    );
    const elsewhere = parsed(changed([["emulator", "address"], "192.168.1.10"]));
    assert.equal(bmcAddress(elsewhere, host), `redfish+https://192.168.1.10:8443${system}`);
    const withPort = parsed(changed([["emulator", "address"], "192.168.1.10:9443"]));
    assert.equal(bmcAddress(withPort, host), `redfish+https://192.168.1.10:9443${system}`);
    assert.deepEqual(hostLabels(host), { "edge-lab/role": "control-plane" });
    assert.equal(dataDisksOfRole(config, "worker")[0]?.mountPath, "/var/lib/longhorn");
    assert.deepEqual(dataDisksOfRole(config, "control-plane"), []);
    assert.equal(
      kubeconfigPath({ infra: { ...config.infra, kubeconfig: ".edge-lab/k" } }, "/p"),
      "/p/.edge-lab/k",
    );
    assert.match(kubeconfigPath(config, "/p"), /^\/.+\/\.kube\/edge-lab-infra\.yaml$/);
    assert.deepEqual(deviceAddress("192.168.1.21", "amt"), { host: "192.168.1.21", port: 16992 });
    assert.deepEqual(deviceAddress("[fd00::21]:80", "tapo"), { host: "fd00::21", port: 80 });
  });
});

describe("mistakes in a lab's configuration", () => {
  it("are told all at once, whatever their kind", () => {
    const lab = changed(
      [["hosts", 0, "macs", 0], "00:00:5e:00:53"],
      [["hosts", 1, "address"], "192.168.1.23"],
      [["hosts", 2, "drivr"], "amt"],
      [["clusters", 0, "controlPlane", "replicas"], 2],
      [["clusters", 0, "endpoint", "host"], "192.168.1.205"],
      [["kubernetes", "version"], "v1.29.1"],
      [["await"], "some"],
      [["infra", "provisioning", "dhcp", "gateway"], undefined],
      [["credentials", "defaults", "amt", "password"], "short"],
    );
    const lines = refusals(lab).join("\n");
    for (const path of [
      "edge-lab:hosts[0].macs[0]",
      "edge-lab:hosts[2].address",
      "edge-lab:hosts[2].drivr",
      "edge-lab:clusters[0].controlPlane.replicas",
      "edge-lab:clusters[0].endpoint.host",
      "edge-lab:kubernetes.version",
      "edge-lab:await",
      "edge-lab:credentials.defaults.amt.password",
    ]) {
      assert.ok(lines.includes(`${path} `), `${path} is not in:\n${lines}`);
    }
  });

  it("name what is missing in an empty stack", () => {
    const lines = refusals({}).join("\n");
    for (const key of ["infra", "kubernetes", "hosts"])
      assert.match(lines, new RegExp(`edge-lab:${key} is missing`));
  });

  it("do not raise false alarms from what could not be understood", () => {
    refusedOnce(
      changed([["hosts", 0, "role"], "controlplane"]),
      "edge-lab:hosts[0].role",
      '"controlplane"',
      "control-plane",
    );
    refusedOnce(
      changed([["infra", "provisioning", "cidr"], "192.168.1.0"]),
      "edge-lab:infra.provisioning.cidr",
    );
    refusedOnce(changed([["hosts", 0], "m920q-1"]), "edge-lab:hosts[0]", "a map");
    refusedOnce(changed([["clusters"], { name: "edge" }]), "edge-lab:clusters", "a list");
  });

  it("are one line each", () => {
    for (const line of refusals(changed([["hosts", 0, "name"], "two\nlines"])))
      assert.doesNotMatch(line, /\n/);
  });
});
