import assert from "node:assert/strict";
import fc from "fast-check";
import type { ClusterConfig } from "../../../components/config/index.ts";
import { ciliumValues } from "../../../components/workload-cluster/cilium-values.ts";
import { classVariables } from "../../../components/workload-cluster/class-variables.ts";
import { healthCheck } from "../../../components/workload-cluster/health-check.ts";
import { imageVariables } from "../../../components/workload-cluster/image-variables.ts";
import { provisionedProgress } from "../../../components/workload-cluster/provisioned-progress.ts";
import { replacementChecks } from "../../../components/workload-cluster/replacement-checks.ts";
import { rolloutProgress } from "../../../components/workload-cluster/rollout-progress.ts";
import { templateName } from "../../../components/workload-cluster/template-name.ts";
import { labConfig } from "../harness/lab-config.ts";
import { recordedLab } from "./recorded-lab.ts";

async function cluster(changes: object = {}): Promise<ClusterConfig> {
  const clusters = [
    { name: "edge", endpoint: { host: "192.168.1.50" }, workers: { replicas: 3 }, ...changes },
  ];
  const [first] = (await labConfig("lab", { "edge-lab:clusters": clusters })).clusters;
  assert.ok(first);
  return first;
}

describe("the name of a template", () => {
  const json = fc.jsonValue();

  it("is a Kubernetes name that follows from the content alone", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), (spec) => {
        const reordered = Object.fromEntries(Object.entries(spec).reverse());
        assert.match(templateName("edge-worker", spec), /^edge-worker-[0-9a-f]{8}$/);
        assert.equal(templateName("edge-worker", reordered), templateName("edge-worker", spec));
      }),
    );
  });

  it("changes with the content, at any depth", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b) && !Object.is(a, b));
        fc.pre(!isObject(a) || !isObject(b));
        assert.notEqual(templateName("t", { deep: [{ a }] }), templateName("t", { deep: [{ a: b }] }));
      }),
    );
  });

  it("does not count what is left out", () => {
    assert.equal(templateName("t", { a: 1, b: undefined }), templateName("t", { a: 1 }));
  });
});

describe("the health check of a role", function () {
  this.timeout(600_000);

  it("acts on a minority only, and on a lone machine", async () => {
    const config = await cluster();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), (replicas) => {
        const { unhealthyLessThanOrEqualTo: most } = healthCheck(config, replicas, "t").remediation.triggerIf;
        assert.ok(most >= 1);
        assert.ok(replicas < 3 || most < replicas / 2, `${most} of ${replicas}`);
      }),
    );
  });

  it("waits long enough for bare metal, and judges readiness only where we bring the network", async () => {
    const statuses = (config: ClusterConfig): string[] =>
      healthCheck(config, 3, "t").checks.unhealthyNodeConditions.map(({ status }) => status);
    assert.deepEqual(statuses(await cluster()), ["Unknown", "False"]);
    assert.deepEqual(statuses(await cluster({ cni: { type: "none" } })), ["Unknown"]);
    assert.ok(healthCheck(await cluster(), 3, "t").checks.nodeStartupTimeoutSeconds >= 3600);
  });

  it("is left out with its remediation where it is off", async () => {
    const clusters = [
      {
        name: "edge",
        endpoint: { host: "192.168.1.50" },
        workers: { replicas: 3 },
        healthChecks: { enabled: false },
      },
    ];
    const lab = await recordedLab({
      stack: "lab",
      preview: false,
      changes: { "edge-lab:clusters": clusters },
    });
    assert.ok(!JSON.stringify(lab.object("ClusterClass", "edge").spec).includes("healthCheck"));
    assert.deepEqual(
      lab.objects.filter(({ kind }) => kind === "MachineHealthCheck"),
      [],
    );
    assert.deepEqual(
      lab.objects.filter(({ kind }) => kind === "Metal3RemediationTemplate"),
      [],
    );
  });
});

describe("a lone control plane", function () {
  this.timeout(600_000);

  it("is neither restarted nor replaced, since both need the API server that is on it; its workers are", async () => {
    const clusters = [
      {
        name: "edge",
        endpoint: { host: "192.168.1.50" },
        controlPlane: { replicas: 1, maxSurge: 1 },
        workers: { replicas: 1 },
      },
    ];
    const lab = await recordedLab({
      stack: "lab",
      preview: false,
      changes: { "edge-lab:clusters": clusters },
    });
    const spec = lab.object("ClusterClass", "edge").spec as {
      readonly controlPlane: object;
      readonly workers: { readonly machineDeployments: readonly object[] };
    };
    assert.equal("healthCheck" in spec.controlPlane, false);
    assert.ok(spec.workers.machineDeployments.every((workers) => "healthCheck" in workers));
    assert.deepEqual(
      lab.objects.filter(({ kind }) => kind === "MachineHealthCheck").map(({ metadata }) => metadata.name),
      ["edge-workers-replace"],
    );
  });
});

describe("a machine that no restart mends", function () {
  this.timeout(600_000);

  it("is replaced, but only after every restart has had its time", async () => {
    const retries = { unhealthySeconds: 60, rebootRetries: 2, rebootTimeoutSeconds: 100 };
    const checks = replacementChecks(await cluster({ healthChecks: retries }));
    const specs = checks.map(({ spec }) => spec as ReplacementSpec);
    assert.deepEqual(
      checks.map(({ metadata }) => metadata.name),
      ["edge-control-plane-replace", "edge-workers-replace"],
    );
    for (const { checks: wanted, remediation } of specs) {
      for (const { timeoutSeconds } of wanted.unhealthyNodeConditions)
        assert.ok(timeoutSeconds >= 60 + 2 * 100 + 60, `${timeoutSeconds} s`);
      assert.ok(wanted.nodeStartupTimeoutSeconds > 3600 + 2 * 100);
      assert.equal("templateRef" in remediation, false, "another restart would be all that comes of it");
    }
    const endless = await cluster({ healthChecks: { nodeStartupTimeoutSeconds: 0 } });
    const [first] = replacementChecks(endless).map(({ spec }) => spec as ReplacementSpec);
    assert.equal(first?.checks.nodeStartupTimeoutSeconds, 0, "0 is for ever");
  });

  it("has no check where the role has no machines, and checks go before the Cluster", async () => {
    const empty = await cluster({ controlPlane: { replicas: 3, untainted: true }, workers: { replicas: 0 } });
    assert.deepEqual(
      replacementChecks(empty).map(({ metadata }) => metadata.name),
      ["edge-control-plane-replace"],
    );
    const lab = await recordedLab({ stack: "lab", preview: false });
    const { resource } = lab.object("MachineHealthCheck", "edge-workers-replace");
    const dependsOn = [resource.options.dependsOn ?? []].flat();
    assert.ok(dependsOn.length > 0, "after the Cluster in creation");
  });
});

interface ReplacementSpec {
  readonly checks: {
    readonly nodeStartupTimeoutSeconds: number;
    readonly unhealthyNodeConditions: readonly { readonly timeoutSeconds: number }[];
  };
  readonly remediation: object;
}

describe("the variables of a class", () => {
  it("let an image change, but never the endpoint, which would leave the cluster unreachable", () => {
    const rules = classVariables.map(({ name, schema }) => {
      const { "x-kubernetes-validations": validations = [] } = schema.openAPIV3Schema as {
        readonly "x-kubernetes-validations"?: readonly { readonly rule: string }[];
      };
      return [name, validations.map(({ rule }) => rule)];
    });
    assert.deepEqual(rules, [
      ["endpoint", ["self == oldSelf"]],
      ["controlPlaneImage", []],
      ["workerImage", []],
    ]);
  });
});

describe("the image variables", () => {
  const images = {
    "v1.34.3": { url: "http://a/34.raw", sha256: "a".repeat(64), format: "raw" as const },
    "v1.34.3-rebuilt": { url: "http://a/b.qcow2", sha256: "http://a/SUMS", format: "qcow2" as const },
  };
  const nodeImage = { images, serve: {} } as unknown as Parameters<typeof imageVariables>[1];

  it("follow the version, or the names that the cluster gives", async () => {
    const plain = {
      url: "http://a/34.raw",
      checksum: "a".repeat(64),
      checksumType: "sha256",
      diskFormat: "raw",
    };
    const config = await cluster();
    assert.deepEqual(imageVariables(config, nodeImage), { controlPlaneImage: plain, workerImage: plain });
    const mixed = { ...config, image: { ...config.image, workers: "v1.34.3-rebuilt" } };
    assert.deepEqual(imageVariables(mixed, nodeImage), {
      controlPlaneImage: plain,
      workerImage: {
        url: "http://a/b.qcow2",
        checksum: "http://a/SUMS",
        checksumType: "sha256",
        diskFormat: "qcow2",
      },
    });
  });
});

describe("Cilium's values", () => {
  it("name the shared address, and let the user's win at any depth", async () => {
    const config = await cluster({
      controlPlane: { replicas: 1, untainted: true },
      workers: { replicas: 0 },
    });
    assert.deepEqual(
      ciliumValues(config, { operator: { tolerations: [] }, ipam: { mode: "cluster-pool" } }),
      {
        kubeProxyReplacement: true,
        k8sServiceHost: "192.168.1.50",
        k8sServicePort: 6443,
        ipam: { mode: "cluster-pool" },
        operator: { replicas: 1, tolerations: [] },
      },
    );
  });
});

describe("the progress of a rollout", () => {
  const condition = (type: string, status: string, observedGeneration = 2) => ({
    type,
    status,
    observedGeneration,
    reason: "R",
    message: "m",
  });
  const settled = [
    condition("TopologyReconciled", "True"),
    condition("RollingOut", "False"),
    condition("Available", "True"),
  ];
  const state = (conditions: unknown[]) => ({
    metadata: { generation: 2 },
    spec: { topology: { version: "v1.35.4" } },
    status: { conditions },
  });
  const machine = (name: string, version = "v1.35.4", extra: object = {}) => ({
    metadata: { name },
    spec: { version },
    status: { nodeRef: { name } },
    ...extra,
  });

  const owner = (changes: object = {}) => ({
    kind: "MachineDeployment",
    metadata: { name: "edge-workers", generation: 3 },
    spec: { replicas: 2 },
    status: { observedGeneration: 3, replicas: 2, upToDateReplicas: 2, ...changes },
  });

  it("is done when every condition holds for this generation and every machine is a node of the version", () => {
    assert.deepEqual(rolloutProgress(state(settled), [machine("a"), machine("b")], [owner()]), []);
  });

  it("is not done on any single one of them", () => {
    for (let left = 0; left < settled.length; left++) {
      const without = settled.filter((_, index) => index !== left);
      assert.equal(rolloutProgress(state(without), [], []).length, 1);
    }
    assert.deepEqual(
      rolloutProgress(state([condition("TopologyReconciled", "False"), ...settled.slice(1)]), [], []),
      ["TopologyReconciled is False (R: m)"],
    );
    assert.equal(rolloutProgress({ ...state([]), status: undefined }, [], []).length, 3);
  });

  it("does not believe what was said before the last change", () => {
    const stale = settled.map((item) => ({ ...item, observedGeneration: 1 }));
    assert.equal(rolloutProgress(state(stale), [], []).length, 3);
  });

  it("waits for machines of another version, without a node, or going", () => {
    const going = { metadata: { name: "c", deletionTimestamp: "2026-01-01T00:00:00Z" } };
    assert.deepEqual(
      rolloutProgress(
        state(settled),
        [machine("a", "v1.34.3"), machine("b", "v1.35.4", { status: {} }), machine("c", "v1.35.4", going)],
        [],
      ),
      ["machine a has v1.34.3, not v1.35.4", "machine b is not a node yet", "machine c is going"],
    );
  });

  it("waits for a change that shows in no version: of the image, or of the number of machines", () => {
    const open = (changes: object): readonly string[] =>
      rolloutProgress(state(settled), [], [owner(changes)]);
    assert.deepEqual(open({ observedGeneration: 2 }), [
      "MachineDeployment edge-workers has not seen the last change",
    ]);
    assert.deepEqual(open({ upToDateReplicas: 1 }), [
      "MachineDeployment edge-workers has 1 of 2 machines up to date",
    ]);
    assert.deepEqual(open({ replicas: 3 }), ["MachineDeployment edge-workers has 3 machines, not 2"]);
    assert.equal(rolloutProgress(state(settled), [], [{ ...owner(), status: undefined }]).length, 1);
  });

  it("refuses what is no Cluster with a topology", () => {
    assert.throws(() => rolloutProgress({ metadata: { generation: 1 }, spec: {} }, [], []));
  });
});

describe("the progress of a first machine", () => {
  const host = (state: string, cluster?: string) => ({
    metadata: { ...(cluster ? { labels: { "cluster.x-k8s.io/cluster-name": cluster } } : {}) },
    status: { provisioning: { state } },
  });

  it("is done when a host of the cluster, and not of another one, is provisioned", () => {
    assert.match(provisionedProgress("edge", [host("available")]).join(), /no machine has a host/);
    assert.match(
      provisionedProgress("edge", [host("provisioning", "edge"), host("provisioned", "other")]).join(),
      /image is not written/,
    );
    assert.deepEqual(provisionedProgress("edge", [host("available"), host("provisioned", "edge")]), []);
    assert.match(provisionedProgress("edge", [{ metadata: {} }]).join(), /no machine/);
  });
});

describe("the image server", function () {
  this.timeout(600_000);

  it("is left out where it is not wanted, and images with it stay as they are", async () => {
    const changes = {
      "edge-lab:nodeImage": {
        serve: { enabled: false },
        images: { "v1.34.3": { url: "http://a/x.raw", sha256: "a".repeat(64) } },
      },
    };
    const lab = await recordedLab({ stack: "lab", preview: false, changes });
    assert.deepEqual(
      lab.objects.filter(({ metadata }) => metadata.name === "image-server"),
      [],
    );
    const { topology } = lab.object("Cluster", "edge").spec as {
      topology: { variables: { value: { url?: string } }[] };
    };
    assert.equal(topology.variables[1]?.value.url, "http://a/x.raw");
  });

  it("answers on an address of the node, since a bare machine resolves no cluster name", async () => {
    const lab = await recordedLab({ stack: "lab", preview: false });
    const text = JSON.stringify(lab.object("Deployment", "image-server", "edge-lab").spec);
    assert.match(text, /"hostIP":"192\.168\.1\.10","hostPort":8088/);
    assert.match(text, /"runAsNonRoot":true/);
  });
});

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
