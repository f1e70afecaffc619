import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { stackFileConfig } from "../../../components/config/stack-file.ts";
import type { PlannedResource } from "../../../policy/resource.ts";
import { types } from "../../../policy/resource.ts";
import { reviewedLab } from "./reviewed-lab.ts";

interface Host {
  readonly name: string;
  readonly address: string;
  readonly macs: readonly string[];
}
interface Cluster {
  readonly name: string;
  readonly endpoint: { readonly host: string };
}

const file = stackFileConfig(readFileSync(new URL("../../../Pulumi.lab.yaml", import.meta.url), "utf8"));
const hosts = file["edge-lab:hosts"] as readonly Host[];
const clusters = file["edge-lab:clusters"] as readonly Cluster[];

const withHost = (change: Partial<Host>) => ({
  "edge-lab:hosts": hosts.map((host) => (host.name === "m920q-1" ? { ...host, ...change } : host)),
});
const withVersion = (version: string, images: readonly string[] = [version]) => ({
  "edge-lab:kubernetes": { version },
  "edge-lab:nodeImage": {
    images: Object.fromEntries(
      images.map((name) => [name, { url: `http://192.168.1.10:8088/${name}.raw`, sha256: "0".repeat(64) }]),
    ),
  },
});
const withInputs = (type: string, change: (inputs: PlannedResource["inputs"]) => object) => ({
  declared: (resource: PlannedResource): PlannedResource =>
    resource.type === type
      ? { ...resource, inputs: { ...resource.inputs, ...change(resource.inputs) } }
      : resource,
});

describe("policies over a lab", function () {
  this.timeout(900_000);

  const refused = async (change: Parameters<typeof reviewedLab>[0], wanted: readonly RegExp[]) => {
    const said = await reviewedLab(change);
    assert.equal(said.length, wanted.length, said.join("\n"));
    for (const [index, one] of wanted.entries()) assert.match(said[index] ?? "", one);
  };

  it("have nothing against the lab as it is, with a state and without one", async () => {
    await refused({}, []);
    await refused({ state: "none" }, []);
  });

  it("stop another address of a host's device", async () => {
    await refused({ changes: withHost({ address: "192.168.1.29" }) }, [
      /^host-identity: the device address of host m920q-1 changes from 192\.168\.1\.21 to 192\.168\.1\.29/,
    ]);
  });

  it("stop another BMC address, by whatever makes it", async () => {
    const emulator = { ...(file["edge-lab:emulator"] as object), address: "192.168.1.11:8443" };
    const said = await reviewedLab({ changes: { "edge-lab:emulator": emulator } });
    assert.equal(said.length, hosts.length);
    for (const line of said)
      assert.match(
        line,
        /^host-identity: the BMC address of host [\w-]+ changes from .*redfish-emulator\.edge-lab.* to .*192\.168\.1\.11/,
      );
  });

  it("stop another boot MAC, and say how it gets through", async () => {
    await refused({ changes: withHost({ macs: ["00:00:5e:00:53:99"] }) }, [
      /^host-identity: the boot MAC of host m920q-1 .*\{policy: host-identity, of: m920q-1, to: "00:00:5e:00:53:99", because: …\}$/,
    ]);
  });

  it("let through what the stack file allows, and nothing else beside it", async () => {
    const allowed = (to: string) => ({
      ...withHost({ macs: ["00:00:5e:00:53:99"] }),
      "edge-lab:allowedChanges": [{ policy: "host-identity", of: "m920q-1", to, because: "new mainboard" }],
    });
    await refused({ changes: allowed("00:00:5e:00:53:99") }, []);
    await refused({ changes: allowed("00:00:5e:00:53:98") }, [/^host-identity: the boot MAC/]);
  });

  it("stop another endpoint of a cluster", async () => {
    const moved = clusters.map((cluster) => ({ ...cluster, endpoint: { host: "192.168.1.51" } }));
    await refused({ changes: { "edge-lab:clusters": moved } }, [
      /^cluster-endpoint: the endpoint of cluster edge changes from 192\.168\.1\.50:6443 to 192\.168\.1\.51:6443/,
    ]);
    await refused({ changes: { "edge-lab:clusters": moved }, state: "none" }, []);
  });

  it("stop an even control plane that the program makes", async () => {
    const even = withInputs(types.cluster, ({ spec }) => {
      const { topology, ...rest } = spec as { topology: object };
      return { spec: { ...rest, topology: { ...topology, controlPlane: { replicas: 4 } } } };
    });
    await refused(even, [/^odd-control-plane: the control plane of cluster edge has 4 machines/]);
  });

  it("stop a downgrade and a skipped minor, and let the next minor pass", async () => {
    await refused({ changes: withVersion("v1.35.4") }, []);
    await refused({ changes: withVersion("v1.34.1") }, [
      /^kubernetes-step: .*cluster edge goes from v1\.34\.3 to v1\.34\.1, which is a downgrade/,
    ]);
    const skipping = withInputs(types.cluster, ({ spec }) => {
      const { topology, ...rest } = spec as { topology: object };
      return { spec: { ...rest, topology: { ...topology, version: "v1.36.0" } } };
    });
    await refused(skipping, [/^kubernetes-step: .* to v1\.36\.0, which skips a minor/]);
  });

  it("stop protection that is taken off clusters and hosts; one entry lets all of it through", async () => {
    const nothing = { "edge-lab:protect": "nothing" };
    const said = await reviewedLab({ changes: nothing });
    assert.equal(said.length, hosts.length + clusters.length);
    for (const line of said)
      assert.match(line, /^kept-protection: (host|cluster) [\w-]+ loses its protection/);
    const entry = { policy: "kept-protection", to: "unprotected", because: "the lab moves house" };
    await refused({ changes: { ...nothing, "edge-lab:allowedChanges": [entry] } }, []);
    await refused({ changes: nothing, state: "none" }, []);
  });

  it("stop a password in a pod's environment and a private key in a ConfigMap", async () => {
    const container = {
      name: "app",
      image: "example.org/app:1.2.3",
      env: [{ name: "DB_PASSWORD", value: "hunter2" }],
    };
    const said = await reviewedLab(
      withInputs("kubernetes:apps/v1:Deployment", () => ({
        spec: { template: { spec: { containers: [container] } } },
      })),
    );
    assert.ok(said.length > 0);
    for (const line of said) {
      assert.match(
        line,
        /^no-plain-credentials: DB_PASSWORD of Deployment [\w-]+ is a credential in the clear/,
      );
      assert.doesNotMatch(line, /hunter2/);
    }
    const keys = await reviewedLab(
      withInputs(types.configMap, () => ({ data: { "tls.key": "-----BEGIN EC PRIVATE KEY-----\nAAAA\n" } })),
    );
    assert.match(keys[0] ?? "", /^no-plain-credentials: tls\.key of ConfigMap/);
  });

  it("stop logins that stand in the clear in the stack file", async () => {
    await refused(
      withInputs(types.lab, () => ({ plainCredentials: ["edge-lab:credentials"] })),
      [/^no-plain-credentials: edge-lab:credentials stands in the clear in the stack file/],
    );
  });

  it("stop an image by a moving tag", async () => {
    const { build: _, ...prebuilt } = file["edge-lab:emulator"] as Readonly<Record<string, unknown>>;
    const emulator = { ...prebuilt, image: "registry.example/redfish:latest" };
    await refused({ changes: { "edge-lab:emulator": emulator } }, [
      /^pinned-images: redfish-emulator runs registry\.example\/redfish:latest/,
    ]);
    const pinned = { ...emulator, image: `registry.example/redfish@sha256:${"a".repeat(64)}` };
    await refused({ changes: { "edge-lab:emulator": pinned } }, []);
  });
});
