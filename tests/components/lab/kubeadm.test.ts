import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { ClusterConfig, LabConfig } from "../../../components/config/index.ts";
import { classPatches } from "../../../components/workload-cluster/class-patches.ts";
import { clusterTemplates } from "../../../components/workload-cluster/cluster-templates.ts";
import { kubeVip } from "../../../components/workload-cluster/kube-vip.ts";
import type { KubeadmConfigSpec } from "../../../components/workload-cluster/kubeadm-types.ts";
import { labConfig } from "../harness/lab-config.ts";

const vip = kubeVip({ image: "ghcr.io/kube-vip/kube-vip:v1.2.3", ipFamily: "IPv4" });

interface ControlPlane {
  readonly template: {
    readonly metadata?: { readonly annotations: Record<string, string> };
    readonly spec: {
      readonly rollout: { readonly strategy: { readonly rollingUpdate: { readonly maxSurge: number } } };
      readonly kubeadmConfigSpec: KubeadmConfigSpec;
    };
  };
}

interface JsonPatch {
  readonly path: string;
  readonly valueFrom: { readonly template?: string };
}

async function cluster(changes: object = {}): Promise<[ClusterConfig, LabConfig]> {
  const clusters = [
    { name: "edge", endpoint: { host: "192.168.1.50" }, workers: { replicas: 3 }, ...changes },
  ];
  const config = await labConfig("lab", { "edge-lab:clusters": clusters });
  const [first] = config.clusters;
  assert.ok(first);
  return [first, config];
}

async function templates(changes: object = {}): Promise<{
  readonly controlPlane: ControlPlane["template"];
  readonly kubeadm: KubeadmConfigSpec;
  readonly worker: KubeadmConfigSpec;
}> {
  const [config, lab] = await cluster(changes);
  const made = clusterTemplates(config, lab.hosts, vip);
  const { template } = made.controlPlane.spec as ControlPlane;
  const worker = made.worker.spec as { template: { spec: KubeadmConfigSpec } };
  return { controlPlane: template, kubeadm: template.spec.kubeadmConfigSpec, worker: worker.template.spec };
}

describe("kubeadm settings of a cluster", () => {
  it("label every node with its host's UID, at init and at join, or CAPM3 never finds it", async () => {
    const { kubeadm, worker } = await templates({
      kubeadm: { kubelet: { extraArgs: { "node-labels": "a=b", v: "2" } } },
    });
    for (const registration of [
      kubeadm.initConfiguration?.nodeRegistration,
      kubeadm.joinConfiguration.nodeRegistration,
      worker.joinConfiguration.nodeRegistration,
    ]) {
      assert.equal(registration?.name, "{{ ds.meta_data.local_hostname }}");
      assert.deepEqual(registration.kubeletExtraArgs, [
        { name: "node-labels", value: "metal3.io/uuid={{ ds.meta_data.uuid }},a=b" },
        { name: "v", value: "2" },
      ]);
      assert.equal("taints" in registration, false);
    }
  });

  it("take the taint off control planes that run everything", async () => {
    const single = { controlPlane: { replicas: 1, untainted: true }, workers: { replicas: 0 } };
    const { controlPlane, kubeadm } = await templates(single);
    assert.deepEqual(kubeadm.initConfiguration?.nodeRegistration.taints, []);
    assert.deepEqual(kubeadm.joinConfiguration.nodeRegistration.taints, []);
    assert.equal(controlPlane.spec.rollout.strategy.rollingUpdate.maxSurge, 1);
  });

  it("leave kube-proxy out where Cilium does its work, and only there", async () => {
    const skip = "controlplane.cluster.x-k8s.io/skip-kube-proxy";
    const cilium = await templates();
    assert.deepEqual(cilium.kubeadm.initConfiguration?.skipPhases, ["addon/kube-proxy"]);
    assert.ok(skip in (cilium.controlPlane.metadata?.annotations ?? {}));
    const none = await templates({ cni: { type: "none" } });
    assert.equal(none.kubeadm.initConfiguration?.skipPhases, undefined);
    assert.equal(none.controlPlane.metadata, undefined);
  });

  it("know nothing of the endpoint: a change of it that the class refuses has rolled no machine before", async () => {
    const other = await templates({ endpoint: { host: "192.168.1.51", port: 8443 } });
    assert.deepEqual(other.controlPlane, (await templates()).controlPlane);
  });

  it("get the API server's port from the endpoint, for the first machine and those that join", () => {
    const patches = classPatches("", "worker") as readonly {
      readonly definitions: readonly { readonly jsonPatches: readonly JsonPatch[] }[];
    }[];
    const templateAt = (path: string): unknown => {
      const found = patches
        .flatMap(({ definitions }) => definitions.flatMap(({ jsonPatches }) => jsonPatches))
        .find((patch) => patch.path === `/spec/template/spec/kubeadmConfigSpec/${path}`);
      return parse((found?.valueFrom.template ?? "").replace("{{ .endpoint.port }}", "8443"));
    };
    assert.deepEqual(templateAt("initConfiguration/localAPIEndpoint"), { bindPort: 8443 });
    assert.deepEqual(templateAt("joinConfiguration/controlPlane"), { localAPIEndpoint: { bindPort: 8443 } });
  });

  it("format a data disk only when it is empty, and mount it by label", async () => {
    const { kubeadm, worker } = await templates();
    assert.equal(kubeadm.diskSetup, undefined);
    assert.deepEqual(worker.mounts, [["LABEL=longhorn", "/var/lib/longhorn", "ext4", "defaults,nofail"]]);
    assert.ok(worker.diskSetup?.partitions.every(({ overwrite }) => !overwrite));
    assert.ok(worker.diskSetup?.filesystems.every(({ overwrite }) => !overwrite));
  });

  it("carry flags, users, time servers and commands, ours first", async () => {
    const { kubeadm } = await templates({
      kubeadm: {
        apiServer: { extraArgs: { z: "1", a: "2" }, certSANs: ["lab.example"] },
        preKubeadmCommands: ["echo before"],
        postKubeadmCommands: ["echo after"],
      },
      users: [{ name: "me", sshAuthorizedKeys: ["ssh-ed25519 AAAA me"] }],
      ntp: ["192.168.1.1"],
    });
    assert.deepEqual(kubeadm.clusterConfiguration, {
      apiServer: {
        extraArgs: [
          { name: "a", value: "2" },
          { name: "z", value: "1" },
        ],
        certSANs: ["lab.example"],
      },
    });
    assert.deepEqual(
      kubeadm.users?.map(({ name, lockPassword }) => [name, lockPassword]),
      [["me", true]],
    );
    assert.deepEqual(kubeadm.ntp, { enabled: true, servers: ["192.168.1.1"] });
    assert.equal(kubeadm.preKubeadmCommands?.at(-1), "echo before");
    assert.equal(kubeadm.postKubeadmCommands?.at(-1), "echo after");
    assert.equal(kubeadm.preKubeadmCommands?.length, 2);
  });

  it("hold nothing that Cluster API or cloud-init would take for a template of theirs", async () => {
    const text = JSON.stringify(await templates());
    const found = [...text.matchAll(/\{[{%#][^"]*?[}%#]\}/g)].map(([match]) => match);
    assert.deepEqual([...new Set(found)].sort(), [
      "{{ ds.meta_data.local_hostname }}",
      "{{ ds.meta_data.uuid }}",
    ]);
  });
});

describe("kube-vip", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kube-vip-"));
    for (const path of ["etc/kubernetes/manifests", "run/kubeadm"])
      mkdirSync(join(folder, path), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = parse(
    vip.manifestTemplate
      .replace("{{ .endpoint.host }}", "192.168.1.50")
      .replace("{{ .endpoint.port }}", "6443"),
  ) as {
    path: string;
    content: string;
  };
  const manifest = (): string => readFileSync(join(folder, file.path), "utf8");

  /** Runs one of the commands with the machine's paths inside a folder of our own. */
  function run(command: string | undefined): void {
    const [script] = vip.files;
    assert.ok(script && command);
    const path = join(folder, "script.sh");
    const here = script.content
      .replaceAll("=/etc/", `=${folder}/etc/`)
      .replaceAll(" /run/", ` ${folder}/run/`);
    writeFileSync(path, here);
    execFileSync("sh", ["-c", command.replace(script.path, path)]);
  }

  function boot(kind: "InitConfiguration" | "JoinConfiguration"): void {
    writeFileSync(join(folder, file.path), file.content);
    writeFileSync(
      join(folder, "run/kubeadm/kubeadm.yaml"),
      `---\nkind: ClusterConfiguration\n---\nkind: ${kind}\n`,
    );
  }

  it("takes the cluster's endpoint", () => {
    const pod = parse(file.content) as {
      spec: { hostNetwork: boolean; containers: { env: { name: string; value: string }[] }[] };
    };
    const env = pod.spec.containers[0]?.env ?? [];
    assert.equal(pod.spec.hostNetwork, true);
    assert.equal(env.find(({ name }) => name === "address")?.value, "192.168.1.50");
    assert.equal(env.find(({ name }) => name === "port")?.value, "6443");
    assert.equal(
      env.find(({ name }) => name === "vip_interface"),
      undefined,
    );
  });

  it("starts with super-admin.conf on the machine that runs kubeadm init, and goes back", () => {
    boot("InitConfiguration");
    run(vip.preKubeadmCommands[0]);
    assert.match(manifest(), /path: \/etc\/kubernetes\/super-admin\.conf/);
    assert.match(manifest(), /mountPath: \/etc\/kubernetes\/admin\.conf/, "the container's own path stays");
    run(vip.postKubeadmCommands[0]);
    assert.equal(manifest(), file.content);
  });

  it("is left alone on a machine that joins", () => {
    boot("JoinConfiguration");
    run(vip.preKubeadmCommands[0]);
    assert.equal(manifest(), file.content);
    run(vip.postKubeadmCommands[0]);
    assert.equal(manifest(), file.content);
  });
});
