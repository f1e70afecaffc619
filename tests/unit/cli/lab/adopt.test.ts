import assert from "node:assert/strict";
import { join } from "node:path";
import { adoptPlan } from "../../../../cli/lab/adopt/adopt-plan.ts";
import { isClear, planText } from "../../../../cli/lab/adopt/plan-text.ts";
import { apiPaths } from "../../../../cli/lab/api-paths.ts";
import { KubeApi } from "../../../../cli/lab/kube-api.ts";
import { LabProject } from "./support/lab-project.ts";
import { type StoredObject, StoringCluster } from "./support/storing-cluster.ts";

const kustomizations = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const byFlux = (name: string) => ({
  "kustomize.toolkit.fluxcd.io/name": name,
  "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
});

describe("lab adopt", function () {
  // Some start a dozen processes.
  this.timeout(300_000);
  let cluster: StoringCluster;
  let project: LabProject;
  /** Has the program declare one host, or the cluster edge, and nothing else. */
  let declare: (name: string, spec: object) => void;
  let preview: unknown;

  /** What `lab adopt` prints, without a process for it. */
  async function planned(): Promise<{ readonly clear: boolean; readonly text: string }> {
    const plan = await adoptPlan(KubeApi.fromFile(join(project.folder, "kubeconfig"), undefined), preview);
    return { clear: isClear(plan), text: planText(plan) };
  }

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
    for (const name of ["baremetalhosts.metal3.io", "clusters.cluster.x-k8s.io"]) {
      cluster.put("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", { metadata: { name } });
    }
    served("/api/v1", "Secret", "secrets");
    served("/apis/metal3.io/v1alpha1", "BareMetalHost", "baremetalhosts");
    served("/apis/cluster.x-k8s.io/v1beta2", "Cluster", "clusters");
    // What the predecessor's Flux brought: a root Kustomization, which brings another, which brings hosts.
    cluster.put(kustomizations, { metadata: { name: "flux-system", labels: byFlux("flux-system") } });
    cluster.put(kustomizations, { metadata: { name: "clusters", labels: byFlux("flux-system") } });
    cluster.put(apiPaths.hosts, {
      metadata: { name: "m920q-1", labels: byFlux("clusters") },
      spec: { online: true },
    });
    cluster.put("/api/v1/namespaces/clusters/secrets", { metadata: { name: "m920q-1-bmc" } });
    const step = (op: string, apiVersion: string, kind: string, name: string, more: object = {}) => ({
      op,
      urn: `urn:pulumi:test::edge-lab::lab$x::lab-${name}`,
      newState: {
        type: `kubernetes:${apiVersion}:${kind}`,
        inputs: { apiVersion, kind, metadata: { name, namespace: "clusters" }, ...more },
      },
    });
    const steps = [
      step("create", "metal3.io/v1alpha1", "BareMetalHost", "m920q-1", {
        spec: { online: true, architecture: "x86_64", secret: unknown },
      }),
      step("create", "metal3.io/v1alpha1", "BareMetalHost", "m920q-2"),
      step("create", "v1", "Secret", "m920q-1-bmc", { stringData: "[secret]", type: "Opaque" }),
      step("create", "ironic.metal3.io/v1alpha1", "Ironic", "ironic"),
      step("same", "cluster.x-k8s.io/v1beta2", "Cluster", "edge"),
      {
        op: "create",
        urn: "urn:pulumi:test::edge-lab::x::y",
        newState: { type: "command:local:Command", inputs: {} },
      },
    ];
    preview = { steps };
    project.write("preview.json", JSON.stringify(preview));
    declare = (name, spec) => {
      const kind = name === "edge" ? "Cluster" : "BareMetalHost";
      const apiVersion = kind === "Cluster" ? "cluster.x-k8s.io/v1beta2" : "metal3.io/v1alpha1";
      preview = { steps: [step("create", apiVersion, kind, name, { spec })] };
      project.write("preview.json", JSON.stringify(preview));
    };
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
      /To be taken over: 2\n {2}BareMetalHost clusters\/m920q-1 {2}\(Flux: Kustomization flux-system\/clusters\) {2}sets spec\.architecture\n {2}Secret clusters\/m920q-1-bmc {2}sets type\n/,
    );
    assert.match(
      stdout,
      /to be suspended first.*: 2\n {2}Kustomization flux-system\/flux-system\n {2}Kustomization flux-system\/clusters\n/,
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
    assert.deepEqual(asked.sort(), [
      "PATCH /api/v1/namespaces/clusters/secrets/m920q-1-bmc",
      `PATCH ${apiPaths.hosts}/m920q-1`,
    ]);
    const byKind = (cluster.dryRuns as StoredObject[]).toSorted((a, b) =>
      (a.kind ?? "") < (b.kind ?? "") ? -1 : 1,
    );
    const [host, secret] = byKind as [StoredObject, StoredObject & { stringData?: unknown }];
    assert.deepEqual(host.spec, { online: true, architecture: "x86_64" });
    assert.equal(secret.stringData, undefined);
  });

  it("names what the API server refuses, in its own words", async () => {
    cluster.put(kustomizations, { metadata: { name: "clusters" }, spec: { suspend: true } });
    cluster.put(apiPaths.hosts, { metadata: { name: "m920q-1" }, spec: { online: true } });
    cluster.interfere = (_, path) => (path.endsWith("m920q-1") ? 422 : undefined);
    const invalid = await project.lab("adopt");
    assert.equal(invalid.exitCode, 1);
    assert.match(
      invalid.stdout,
      /In the way: 1\n {2}BareMetalHost clusters\/m920q-1\n {4}HTTP 422: refused with 422\n/,
    );
    cluster.interfere = () => undefined;
    cluster.conflict = () => ({ manager: "kustomize-controller", field: ".spec.architecture" });
    assert.match(
      (await planned()).text,
      /\n {4}HTTP 409: .*conflict with "kustomize-controller": \.spec\.architecture\. Fix: have the stack file and who wrote it say the same\n/,
    );
  });

  describe("takes no machine for another", () => {
    const bmc = { address: "redfish+https://127.31.9.2:8443/redfish/v1/Systems/m920q-1" };
    const spec = { online: true, bootMACAddress: "00:00:5E:00:53:11", bmc };
    const host = (name: string, more: object = {}) => ({
      metadata: { name },
      spec: { ...spec, ...more },
      status: { provisioning: { state: "provisioned" } },
    });
    const said = async (): Promise<string> => {
      cluster.put(kustomizations, { metadata: { name: "clusters" }, spec: { suspend: true } });
      const { clear, text } = await planned();
      assert.equal(clear, false, text);
      return text;
    };

    for (const [what, more, words] of [
      [
        "of another boot MAC",
        { bootMACAddress: "00:00:5e:00:53:99" },
        /m920q-1 is provisioned, and its boot MAC would change from 00:00:5e:00:53:99 to 00:00:5E:00:53:11.*Fix: give hosts\[name=m920q-1\]/,
      ],
      [
        "of another BMC address",
        { bmc: { address: "redfish+http://10.43.51.158/redfish/v1/Systems/m920q-1" } },
        /its BMC address would change from redfish\+http:\/\/10\.43.*detached host alone\. Fix: /,
      ],
      [
        "that would be switched on",
        { online: false },
        /spec\.online would change, upon which Metal3 acts\. Fix: /,
      ],
      ["that would boot in another mode", { bootMode: "legacy" }, /spec\.bootMode would change, upon which/],
    ] as const) {
      it(`refuses a host ${what}`, async () => {
        declare("m920q-1", { ...spec, bootMode: "UEFI" });
        cluster.put(apiPaths.hosts, host("m920q-1", { bootMode: "UEFI", ...more }));
        assert.match(await said(), words);
      });
    }

    it("refuses a machine that is there by another name, or elsewhere", async () => {
      declare("m920q-1", spec);
      cluster.objects.delete(`${apiPaths.hosts}/m920q-1`);
      cluster.put(apiPaths.hosts, host("node1", { bmc: {}, bootMACAddress: "00:00:5e:00:53:11" }));
      assert.match(
        await said(),
        /as BareMetalHost clusters\/node1, .*reboot it\. Fix: call it node1 in the stack file/,
      );
      cluster.objects.delete(`${apiPaths.hosts}/node1`);
      cluster.put("/apis/metal3.io/v1alpha1/namespaces/metal3/baremetalhosts", {
        ...host("m920q-1"),
        metadata: { name: "m920q-1", namespace: "metal3" },
      });
      assert.match(
        await said(),
        /as BareMetalHost metal3\/m920q-1, .*Fix: Pulumi's hosts are in namespace clusters/,
      );
    });

    it("takes a host that is the same, whatever its controllers wrote, and leaves one that is not declared", async () => {
      declare("m920q-1", { ...spec, bootMACAddress: "00:00:5e:00:53:11" });
      const image = { url: "http://127.31.9.1/node.raw" };
      cluster.put(apiPaths.hosts, host("m920q-1", { bootMACAddress: "00:00:5e:00:53:11", image }));
      cluster.put(apiPaths.hosts, host("spare", { bootMACAddress: "00:00:5e:00:53:77", bmc: {} }));
      const { clear, text } = await planned();
      assert.equal(clear, true, text);
      assert.match(text, /To be taken over: 1\n {2}BareMetalHost clusters\/m920q-1\n/);
      assert.match(text, /left as they are: 1\n {2}spare\n/);
    });

    it("refuses a cluster without a class, and one beside another", async () => {
      declare("edge", { topology: { classRef: { name: "edge" } } });
      cluster.put(apiPaths.clusters, { metadata: { name: "edge" }, spec: {} });
      assert.match(await said(), /cluster edge was made without a ClusterClass.*Fix: leave it out/);
      cluster.objects.delete(`${apiPaths.clusters}/edge`);
      cluster.put(apiPaths.clusters, { metadata: { name: "lab1", namespace: "clusters" } });
      assert.match(
        await said(),
        /has Cluster clusters\/lab1, .*compete for the hosts\. Fix: give it the name/,
      );
    });

    it("refuses to judge what older controllers have in another version", async () => {
      declare("edge", { topology: {} });
      cluster.objects.delete("/apis/cluster.x-k8s.io/v1beta2");
      cluster.objects.set("/apis/cluster.x-k8s.io", { versions: [] } as never);
      assert.match(
        await said(),
        /no Cluster of cluster\.x-k8s\.io\/v1beta2: its controllers are older\. Fix: upgrade/,
      );
    });
  });

  describe("--release", () => {
    const secret = "/api/v1/namespaces/clusters/secrets/m920q-1-bmc";
    const claim = (manager: string, fieldsV1: object, more: object = {}) => ({ manager, fieldsV1, ...more });
    const put = (...managedFields: readonly { readonly manager: string }[]): void =>
      cluster.put("/api/v1/namespaces/clusters/secrets", {
        apiVersion: "v1",
        metadata: { name: "m920q-1-bmc", resourceVersion: "7", managedFields },
      });

    it("is for what Pulumi makes anew, and only when nobody is at work who would write it again", async () => {
      put(
        claim("kustomize-controller", { "f:data": { "f:password": {} }, "f:metadata": { "f:labels": {} } }),
      );
      assert.match(
        (await planned()).text,
        /Claimed .*--release.*: 1\n {2}Secret clusters\/m920q-1-bmc\n {4}kustomize-controller wrote stringData/,
      );
      const refused = await project.lab("adopt", "--release");
      assert.equal(refused.exitCode, 1);
      assert.match(
        refused.stderr,
        /Kustomization flux-system\/clusters would write them again.*--suspend-flux --release/,
      );
      assert.deepEqual(cluster.changes, []);
    });

    it("comes after Flux is suspended, takes off what was claimed, and leaves metadata and controllers' status", async () => {
      const status = claim("kubelet", { "f:status": {} }, { subresource: "status" });
      const metadata = { "f:metadata": { "f:labels": {} } };
      put(claim("kustomize-controller", { "f:data": { "f:password": {} }, ...metadata }), status);
      const { exitCode, stdout, stderr } = await project.lab("adopt", "--suspend-flux", "--release");
      assert.equal(exitCode, 0, stdout + stderr);
      assert.deepEqual(cluster.changes, [
        `PATCH ${kustomizations}/flux-system`,
        `PATCH ${kustomizations}/clusters`,
        `PATCH ${secret}`,
      ]);
      assert.deepEqual(
        cluster.objects.get(secret)?.metadata.managedFields?.map((one) => Reflect.get(one, "fieldsV1")),
        [metadata, { "f:status": {} }],
      );
      assert.match(stdout, /Nothing is in the way: PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true pulumi up/);
    });

    it("leaves one claim, so that the API server does not give all of it to a manager of its own", async () => {
      put(claim("kubectl-create", { "f:data": { "f:password": {} }, "f:type": {} }));
      await project.lab("adopt", "--suspend-flux", "--release");
      assert.equal(cluster.objects.get(secret)?.metadata.managedFields?.length, 1);
    });

    it("is for a host or cluster whose values stay, since a list with defaults in it is in conflict for these alone", async () => {
      declare("edge", { topology: { classRef: { name: "edge" } } });
      const managedFields = [
        claim("kustomize-controller", { "f:metadata": { "f:labels": {} }, "f:spec": { "f:topology": {} } }),
        claim("manager", { "f:spec": { "f:infrastructureRef": {} } }),
      ];
      cluster.put(apiPaths.clusters, {
        metadata: { name: "edge", managedFields },
        spec: { topology: { classRef: { name: "edge" } }, infrastructureRef: {} },
      });
      cluster.conflict = () => ({ manager: "kustomize-controller", field: ".spec.topology" });
      assert.match(
        (await planned()).text,
        /Claimed .*: 1\n {2}Cluster clusters\/edge\n.*\. The values are the same\n/,
      );
      await project.lab("adopt", "--release");
      assert.deepEqual(cluster.changes, [`PATCH ${apiPaths.clusters}/edge`]);
      assert.deepEqual(cluster.objects.get(`${apiPaths.clusters}/edge`)?.metadata.managedFields, [
        { ...managedFields[0], subresource: "", fieldsV1: { "f:metadata": { "f:labels": {} } } },
        { ...managedFields[1], subresource: "" },
      ]);
    });

    it("is for no host and no cluster that would change", async () => {
      cluster.put(kustomizations, { metadata: { name: "clusters" }, spec: { suspend: true } });
      cluster.conflict = (path) =>
        path.endsWith("m920q-1") ? { manager: "kubectl-edit", field: ".spec.architecture" } : undefined;
      const { exitCode, stdout } = await project.lab("adopt", "--release");
      assert.equal(exitCode, 1);
      assert.match(stdout, /In the way: 1\n {2}BareMetalHost clusters\/m920q-1/);
      assert.deepEqual(cluster.changes, []);
    });
  });
});
