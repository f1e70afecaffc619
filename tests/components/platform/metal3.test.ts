import assert from "node:assert/strict";
import { output } from "@pulumi/pulumi";
import { ironicDhcp } from "../../../components/metal3/dhcp.ts";
import { Metal3 } from "../../../components/metal3/metal3.ts";
import { commandOutputs } from "../harness/command-outputs.ts";
import { labConfig } from "../harness/lab-config.ts";
import { moduleManifests } from "../harness/module-manifests.ts";
import { recordProgram } from "../harness/record-program.ts";
import type { Recording } from "../harness/recording.ts";
import { releaseManifests } from "./release-manifests.ts";

const operatorLabel = "environment.metal3.io/ironic-standalone-operator";
const caPem = "-----BEGIN CERTIFICATE-----\nlab\n-----END CERTIFICATE-----\n";

interface IronicSpec {
  readonly networking: { readonly dhcp?: unknown; readonly interface: string; readonly ipAddress: string };
  readonly images: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

describe("Ironic's DHCP server", () => {
  it("answers declared MACs alone: one dhcp-host line each, and the tag that unknown hosts lack", async () => {
    const dhcp = ironicDhcp(await labConfig("lab"));
    assert.deepEqual(dhcp, {
      networkCIDR: "192.168.1.0/24",
      rangeBegin: "192.168.1.200",
      rangeEnd: "192.168.1.219",
      gatewayAddress: "192.168.1.1",
      dnsAddress: "192.168.1.1",
      hosts: [
        "00:00:5e:00:53:11,set:m920q-1",
        "00:00:5e:00:53:12,set:m920q-2",
        "00:00:5e:00:53:13,set:m920q-3",
        "00:00:5e:00:53:21,set:optiplex-1",
        "00:00:5e:00:53:22,set:optiplex-2",
        "00:00:5e:00:53:23,set:optiplex-3",
      ],
      ignore: ["tag:!known"],
    });
  });

  it("covers every MAC of a host", async () => {
    const [first, ...others] = (await labConfig("lab")).hosts;
    assert.ok(first);
    const hosts = [{ ...first, macs: ["00:00:5e:00:53:01", "00:00:5e:00:53:02"] }, ...others];
    const dhcp = ironicDhcp({ ...(await labConfig("lab")), hosts });
    assert.deepEqual(dhcp?.hosts?.slice(0, 2), [
      "00:00:5e:00:53:01,set:m920q-1",
      "00:00:5e:00:53:02,set:m920q-1",
    ]);
  });

  it("answers everybody only when asked to", async () => {
    const { infra, hosts } = await labConfig("lab");
    const { provisioning } = infra;
    assert.ok(provisioning.dhcp);
    const open = { ...provisioning, dhcp: { ...provisioning.dhcp, onlyDeclaredHosts: false } };
    const dhcp = ironicDhcp({ infra: { ...infra, provisioning: open }, hosts });
    assert.equal(dhcp?.ignore, undefined);
    assert.equal(dhcp?.hosts, undefined);
  });

  it("is not there without a range", async () => {
    const { infra, hosts } = await labConfig("lab");
    const { dhcp: _, ...provisioning } = infra.provisioning;
    assert.equal(ironicDhcp({ infra: { ...infra, provisioning }, hosts }), undefined);
  });
});

describe("Metal3 where nothing is awaited", () => {
  it("asks no Ironic", async () => {
    const config = { ...(await labConfig("lab")), await: "none" as const };
    const manifests = releaseManifests(await moduleManifests());
    const recording = await recordProgram(
      (opts) => new Metal3("metal3", { config, manifests, issuer: "edge-lab-ca", caPem }, opts),
      { preview: false, outputs: commandOutputs },
    );
    assert.deepEqual(
      recording.resources.filter(({ name }) => name.includes("gate")).map(({ name }) => name),
      [],
    );
  });
});

for (const preview of [true, false]) {
  describe(`Metal3 in ${preview ? "a preview" : "an update"}`, () => {
    let recording: Recording<Metal3>;

    before(async () => {
      const config = await labConfig("lab");
      const manifests = releaseManifests(await moduleManifests());
      recording = await recordProgram(
        (opts) =>
          new Metal3("metal3", { config, manifests, issuer: "edge-lab-ca", caPem: output(caPem) }, opts),
        { preview, outputs: commandOutputs },
      );
    });

    it("points the baremetal-operator at the Ironic resource and nothing else", () => {
      const { data } = recording.object("ConfigMap", "ironic", "baremetal-operator-system");
      assert.deepEqual(data, { IRONIC_NAME: "ironic", IRONIC_NAMESPACE: "baremetal-operator-system" });
    });

    it("lets an imported image of the baremetal-operator be used", () => {
      const { spec } = recording.object("Deployment", "controller-manager", "baremetal-operator-system");
      const { containers } = (spec as { template: { spec: { containers: { imagePullPolicy: string }[] } } })
        .template.spec;
      assert.deepEqual(
        containers.map(({ imagePullPolicy }) => imagePullPolicy),
        ["IfNotPresent"],
      );
    });

    it("declares an Ironic whose every input is named, so that its operator writes nothing into the spec", () => {
      const spec = recording.object("Ironic", "ironic", "baremetal-operator-system").spec as IronicSpec;
      assert.equal(spec.apiCredentialsName, "ironic-api");
      assert.deepEqual(spec.tls, {
        certificateName: "ironic-tls",
        bmcCA: { kind: "ConfigMap", name: "edge-lab-ca" },
      });
      assert.equal(spec.networking.interface, "enp1s0");
      assert.equal(spec.networking.ipAddress, "192.168.1.10");
      assert.equal(spec.version, "38.0");
      assert.match(spec.images.ironic ?? "", /^quay\.io\/metal3-io\/ironic:release-38\.0/);
      assert.deepEqual(spec.extraConfig, [
        { group: "conductor", name: "sync_power_state_interval", value: "120" },
      ]);
    });

    it("labels everything that the operator has to read", () => {
      const { metadata: secret } = recording.object("Secret", "ironic-api");
      assert.deepEqual(secret.labels, { [operatorLabel]: "true", "environment.metal3.io": "baremetal" });
      const authority = recording.object("ConfigMap", "edge-lab-ca", "baremetal-operator-system");
      assert.deepEqual(authority.metadata.labels, { [operatorLabel]: "true" });
      assert.deepEqual(authority.data, { "ca.crt": caPem });
    });

    it("asks for a certificate that is good for the Service and for the address hosts call", () => {
      const spec = recording.object("Certificate", "ironic-tls").spec as Record<string, unknown>;
      assert.ok((spec.dnsNames as string[]).includes("ironic.baremetal-operator-system.svc"));
      assert.deepEqual(spec.ipAddresses, ["192.168.1.10"]);
      assert.deepEqual(spec.secretTemplate, {
        labels: { [operatorLabel]: "true", "environment.metal3.io": "baremetal" },
      });
      assert.deepEqual(spec.issuerRef, {
        group: "cert-manager.io",
        kind: "ClusterIssuer",
        name: "edge-lab-ca",
      });
    });

    it("asks Ironic for itself, once it is Ready, whether it takes the password", () => {
      const check = recording.resource("metal3-ironic-gate-command");
      assert.ok(recording.isAfter(check, recording.resource("metal3-ironic")));
      assert.equal(check.inputs.create, "exec node components/metal3/scripts/check-ironic.ts");
      assert.doesNotMatch(JSON.stringify(check.readable), /BEGIN CERTIFICATE|"password"/);
    });

    if (!preview) {
      it("hands the login over where neither state nor the list of processes shows it", () => {
        const { stringData } = recording.object("Secret", "ironic-api") as unknown as {
          stringData: Record<string, string>;
        };
        const { stdin } = recording.resource("metal3-ironic-gate-command").inputs;
        assert.deepEqual(JSON.parse(String(stdin)), {
          endpoint: "https://192.168.1.10:6385",
          username: "ironic",
          password: stringData.password,
          caPem,
          patienceSeconds: 180,
        });
      });

      it("gives Ironic a generated password of its own", () => {
        const { stringData } = recording.object("Secret", "ironic-api") as unknown as {
          stringData: Record<string, string>;
        };
        assert.equal(stringData.username, "ironic");
        assert.match(stringData.password ?? "", /^[A-Za-z2-9]{32}$/);
      });
    }
  });
}
