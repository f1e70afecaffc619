import assert from "node:assert/strict";
import { z } from "zod";
import { apiPaths } from "../../cli/lab/api-paths.ts";
import { KubeApi } from "../../cli/lab/kube-api.ts";
import { kubeconfigFile } from "../../sim/settings.ts";
import { handToFlux, kustomizations } from "./flux-run-lab.ts";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

const objectSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    generation: z.number().optional(),
    managedFields: z.array(z.looseObject({ manager: z.string() })).default([]),
  }),
  spec: z.record(z.string(), z.unknown()).default({}),
});
type Seen = z.output<typeof objectSchema>;

const templates = "/apis/infrastructure.cluster.x-k8s.io/v1beta2/namespaces/clusters";
/** What a lab is: recreated, a host is inspected and a cluster lost. */
const lists = [
  apiPaths.hosts,
  apiPaths.clusters,
  "/apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/clusterclasses",
  "/apis/controlplane.cluster.x-k8s.io/v1beta2/namespaces/clusters/kubeadmcontrolplanetemplates",
  `${templates}/metal3clustertemplates`,
  `${templates}/metal3machinetemplates`,
  apiPaths.healthChecks,
  "/api/v1/namespaces/clusters/secrets",
];

describe("a lab that Flux runs", function () {
  this.timeout(900_000);
  const lab = sharedLab();
  let api: KubeApi;
  let byFlux: Map<string, Seen>;

  /** By path. */
  async function objects(): Promise<Map<string, Seen>> {
    const found = new Map<string, Seen>();
    for (const list of lists) {
      for (const item of await api.list(list)) {
        const object = objectSchema.parse(item);
        found.set(`${list}/${object.metadata.name}`, object);
      }
    }
    return found;
  }
  const suspended = async (): Promise<unknown[]> =>
    (await api.list(kustomizations)).map((item) => objectSchema.parse(item).spec.suspend);

  before(async () => {
    await sharedLabUp();
    api = KubeApi.fromFile(kubeconfigFile(lab.settings), undefined);
    await handToFlux(lab);
    // A host that a cluster has taken, as Cluster API Provider Metal3 leaves it.
    const host = `${apiPaths.hosts}/m920q-1`;
    const image = {
      url: "http://127.21.0.1:8088/node.raw",
      checksum: "abc",
      checksumType: "sha256",
      format: "raw",
    };
    const consumerRef = { kind: "Metal3Machine", name: "edge-1", namespace: "clusters" };
    await api.patch(host, {
      spec: { image, consumerRef, userData: { name: "edge-1", namespace: "clusters" } },
    });
    // A login that somebody made by hand: kubectl create claims no metadata.
    const fieldsV1 = { "f:data": { ".": {}, "f:password": {}, "f:username": {} }, "f:type": {} };
    const byHand = {
      manager: "kubectl-create",
      operation: "Update",
      apiVersion: "v1",
      fieldsType: "FieldsV1",
    };
    await api.patch("/api/v1/namespaces/clusters/secrets/optiplex-2-bmc", {
      metadata: { managedFields: [{ ...byHand, fieldsV1 }] },
    });
    byFlux = await objects();
    const paths = [...byFlux.keys()];
    for (const list of lists)
      assert.ok(
        paths.some((path) => path.startsWith(`${list}/`)),
        list,
      );
  });

  it("is not begun where names or machines are others: it says which and what to do, and changes nothing", async () => {
    let original = "";
    lab.edit((text) => {
      original = text;
      return text
        .replace("00:00:5e:00:53:11", "00:00:5e:00:53:99")
        .replace("name: optiplex-1", "name: worker-1")
        .replace("name: edge\n", "name: other\n");
    });
    const { code, stdout, stderr } = await lab.labOutcome("adopt");
    lab.edit(() => original);
    assert.equal(code, 1, stdout + stderr);
    assert.match(
      stdout,
      /boot MAC would change from 00:00:5e:00:53:11 to 00:00:5e:00:53:99.*Fix: .*hosts\[name=m920q-1\]/,
    );
    assert.match(
      stdout,
      /BareMetalHost clusters\/worker-1\n.*as BareMetalHost clusters\/optiplex-1.*Fix: call it optiplex-1/,
    );
    assert.match(stdout, /Cluster clusters\/other\n.*has Cluster clusters\/edge,.*Fix: give it the name/);
    assert.match(stdout, /does not name, left as they are: 1\n {2}optiplex-1\n/);
    assert.deepEqual(await suspended(), [undefined, undefined]);
    assert.deepEqual(await objects(), byFlux);
  });

  it("is held still first of all: Flux, from its root on, and only then the claims on what Pulumi makes anew", async () => {
    const { code, stdout, stderr } = await lab.labOutcome("adopt", "--suspend-flux", "--release");
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /Nothing is in the way/);
    const changed = stderr.split("\n").filter((line) => / is (suspended|released by .*)$/.test(line));
    assert.match(changed[0] ?? "", /Kustomization flux-system\/flux-system is suspended/);
    assert.match(changed[1] ?? "", /Kustomization flux-system\/lab is suspended/);
    assert.ok(
      changed.slice(2).every((line) => / is released by /.test(line)),
      changed.join("\n"),
    );
    assert.ok(
      changed.some((line) => /Secret clusters\/m920q-1-bmc is released by kustomize-controller$/.test(line)),
      changed.join("\n"),
    );
    assert.deepEqual(await suspended(), [true, true]);
    const version = ({ metadata }: Seen): number => Number(metadata.resourceVersion);
    const stopped = (await api.list(kustomizations)).map((item) => version(objectSchema.parse(item)));
    const after = await objects();
    for (const [path, object] of after) {
      const was = byFlux.get(path);
      assert.equal(object.metadata.uid, was?.metadata.uid, path);
      if (object.metadata.resourceVersion === was?.metadata.resourceVersion) continue;
      assert.match(path, /\/secrets\/|\/clusterclasses\//);
      assert.ok(version(object) > Math.max(...stopped), path);
    }
  });

  it("is Pulumi's after one update: the same hosts, clusters and templates, and nothing of them changed", async () => {
    const env = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };
    const { code, stdout, stderr } = await lab.pulumi("up", ["--yes", "--skip-preview"], env);
    assert.equal(code, 0, stdout + stderr);
    const after = await objects();
    assert.deepEqual([...after.keys()].sort(), [...byFlux.keys()].sort());
    for (const [path, { metadata, spec }] of after) {
      const was = byFlux.get(path);
      assert.equal(metadata.uid, was?.metadata.uid, path);
      assert.deepEqual(spec, was?.spec, path);
      assert.equal(metadata.generation, was?.metadata.generation, path);
      assert.ok(
        metadata.managedFields.some(({ manager }) => manager.startsWith("pulumi-kubernetes")),
        path,
      );
    }
  });

  it("has no changes to preview once the provider is told no more to take what exists, and Flux is still suspended", async () => {
    const ordinary = await lab.pulumi("up", ["--yes", "--skip-preview"]);
    assert.equal(ordinary.code, 0, ordinary.stdout + ordinary.stderr);
    assert.match(ordinary.stdout, /~ 1 updated\n {4}\d+ unchanged/);
    const { code, stdout, stderr } = await lab.pulumi("preview", ["--expect-no-changes"]);
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(await suspended(), [true, true]);
  });

  after(() =>
    lab.kubectl("delete", "namespace/flux-system", "crd/kustomizations.kustomize.toolkit.fluxcd.io"),
  );
});
