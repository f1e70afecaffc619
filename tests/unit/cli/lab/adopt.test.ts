import assert from "node:assert/strict";
import { join } from "node:path";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import { LabProject } from "./support/lab-project.ts";
import { type StoredObject, StoringCluster } from "./support/storing-cluster.ts";

const kustomizations = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const byFlux = (name: string) => ({
  "kustomize.toolkit.fluxcd.io/name": name,
  "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
});

describe("lab adopt", function () {
  this.timeout(60_000);
  let cluster: StoringCluster;
  let project: LabProject;

  beforeEach(async () => {
    cluster = await StoringCluster.start();
    project = new LabProject();
    project.write("kubeconfig", cluster.kubeconfig);
    const kubeconfig = join(project.folder, "kubeconfig");
    project.set("infra", { ...(project.config["edge-lab:infra"] as object), kubeconfig });
    const served = (path: string, kind: string, name: string, namespaced = true): void =>
      void cluster.objects.set(path, {
        resources: [
          { name: `${name}/status`, kind, namespaced },
          { name, kind, namespaced },
        ],
      } as never);
    served("/api/v1", "Secret", "secrets");
    served("/apis/metal3.io/v1alpha1", "BareMetalHost", "baremetalhosts");
    served("/apis/cluster.x-k8s.io/v1beta2", "Cluster", "clusters");
    // What the predecessor's Flux brought: a root Kustomization, which brings another, which brings hosts.
    cluster.put(kustomizations, { metadata: { name: "flux-system", labels: byFlux("flux-system") } });
    cluster.put(kustomizations, { metadata: { name: "clusters", labels: byFlux("flux-system") } });
    cluster.put(apiPaths.hosts, { metadata: { name: "m920q-1", labels: byFlux("clusters") } });
    cluster.put("/api/v1/namespaces/clusters/secrets", { metadata: { name: "m920q-1-bmc" } });
    const step = (op: string, apiVersion: string, kind: string, name: string, more: object = {}) => ({
      op,
      urn: `urn:pulumi:test::edge-lab::lab$x::lab-${name}`,
      newState: {
        type: `kubernetes:${apiVersion}:${kind}`,
        inputs: { apiVersion, kind, metadata: { name, namespace: "clusters" }, ...more },
      },
    });
    const preview = [
      step("create", "metal3.io/v1alpha1", "BareMetalHost", "m920q-1", {
        spec: { online: true, secret: unknown },
      }),
      step("create", "metal3.io/v1alpha1", "BareMetalHost", "m920q-2"),
      step("create", "v1", "Secret", "m920q-1-bmc", { data: { password: "[secret]" } }),
      step("create", "ironic.metal3.io/v1alpha1", "Ironic", "ironic"),
      step("same", "cluster.x-k8s.io/v1beta2", "Cluster", "edge"),
      {
        op: "create",
        urn: "urn:pulumi:test::edge-lab::x::y",
        newState: { type: "command:local:Command", inputs: {} },
      },
    ];
    project.write("preview.json", JSON.stringify({ steps: preview }));
  });
  afterEach(async () => {
    await cluster.stop();
    project.remove();
  });

  it("tells what would be taken over, what made, and who of Flux is at work, and changes nothing", async () => {
    const { exitCode, stdout } = await project.lab("adopt");
    assert.equal(exitCode, 1);
    assert.match(
      stdout,
      /To be taken over as they are: 2\n {2}BareMetalHost clusters\/m920q-1 {2}\(Flux: Kustomization flux-system\/clusters\)\n {2}Secret clusters\/m920q-1-bmc\n/,
    );
    assert.match(
      stdout,
      /to be suspended first.*:\n {2}Kustomization flux-system\/flux-system\n {2}Kustomization flux-system\/clusters\n/,
    );
    assert.match(stdout, /To be made: 2/);
    assert.deepEqual(cluster.changes, []);
  });

  it("suspends Flux from the root on, so that nobody takes it back, and keeps it from pruning", async () => {
    const { exitCode, stderr } = await project.lab("adopt", "--suspend-flux");
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(cluster.changes, [
      `PATCH ${kustomizations}/flux-system`,
      `PATCH ${kustomizations}/clusters`,
    ]);
    for (const { spec } of cluster.items(kustomizations))
      assert.deepEqual(spec, { suspend: true, prune: false });
    const again = await project.lab("adopt", "--json");
    assert.equal(again.exitCode, 0);
    assert.deepEqual((JSON.parse(again.stdout) as { flux: unknown[] }).flux, []);
  });

  it("asks the API server as Pulumi will: without force, without what is not known, without a Secret's data", async () => {
    const asked: string[] = [];
    cluster.interfere = (method, path) => {
      asked.push(`${method} ${path}`);
      return undefined;
    };
    await project.lab("adopt");
    assert.deepEqual(asked, [
      `PATCH ${apiPaths.hosts}/m920q-1`,
      "PATCH /api/v1/namespaces/clusters/secrets/m920q-1-bmc",
    ]);
    const [host, secret] = cluster.dryRuns as [StoredObject, StoredObject];
    assert.deepEqual(host.spec, { online: true });
    assert.equal(secret.data, undefined);
  });

  it("names what the API server refuses, in its own words", async () => {
    cluster.put(kustomizations, { metadata: { name: "clusters" }, spec: { suspend: true } });
    cluster.put(apiPaths.hosts, { metadata: { name: "m920q-1" } });
    cluster.interfere = (_, path) => (path.endsWith("m920q-1") ? 409 : undefined);
    const { exitCode, stdout } = await project.lab("adopt");
    assert.equal(exitCode, 1);
    assert.match(
      stdout,
      /In the way: 1\n {2}BareMetalHost clusters\/m920q-1\n {4}.*HTTP 409: refused with 409/,
    );
  });
});
