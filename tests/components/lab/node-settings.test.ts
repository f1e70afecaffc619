import assert from "node:assert/strict";
import { clusterTemplates } from "../../../components/workload-cluster/cluster-templates.ts";
import { kubeVip } from "../../../components/workload-cluster/kube-vip.ts";
import type { KubeadmConfigSpec } from "../../../components/workload-cluster/kubeadm-types.ts";
import { labConfig } from "../harness/lab-config.ts";

const vip = kubeVip({ image: "ghcr.io/kube-vip/kube-vip:v1.2.3", ipFamily: "IPv4" });

async function kubeadm(changes: object): Promise<Record<"controlPlane" | "worker", KubeadmConfigSpec>> {
  const clusters = [
    { name: "edge", endpoint: { host: "192.168.1.50" }, workers: { replicas: 3 }, ...changes },
  ];
  const config = await labConfig("lab", { "edge-lab:clusters": clusters });
  const [cluster] = config.clusters;
  assert.ok(cluster);
  const made = clusterTemplates(cluster, config.hosts, vip);
  const controlPlane = made.controlPlane.spec as {
    template: { spec: { kubeadmConfigSpec: KubeadmConfigSpec } };
  };
  const worker = made.worker.spec as { template: { spec: KubeadmConfigSpec } };
  return { controlPlane: controlPlane.template.spec.kubeadmConfigSpec, worker: worker.template.spec };
}

describe("settings of a cluster's nodes", () => {
  it("write files on the machines of their roles, beside ours", async () => {
    const { controlPlane, worker } = await kubeadm({
      files: [
        { path: "/etc/motd", content: "hello" },
        {
          path: "/etc/only",
          content: "workers",
          roles: ["worker"],
          permissions: "0600",
          owner: "root:wheel",
        },
      ],
    });
    assert.deepEqual(worker.files, [
      { path: "/etc/motd", owner: "root:root", permissions: "0644", content: "hello" },
      { path: "/etc/only", owner: "root:wheel", permissions: "0600", content: "workers" },
    ]);
    const ours = vip.files.map(({ path }) => path);
    assert.deepEqual(
      controlPlane.files?.map(({ path }) => path),
      [...ours, "/etc/motd"],
    );
  });

  it("load kernel settings and mirrors before the user's commands, in an order that writing does not change", async () => {
    const mirrors = [
      { registry: "docker.io", mirrors: ["a.lan:5000/hub", "b.lan"], insecure: true },
      { registry: "quay.io/x", mirrors: ["a.lan"] },
    ];
    const { controlPlane, worker } = await kubeadm({
      sysctls: { "vm.swappiness": 1, "fs.file-max": "9" },
      registryMirrors: mirrors,
      kubeadm: { preKubeadmCommands: ["mine"] },
    });
    const own = [
      "sysctl --load=/etc/sysctl.d/95-edge-lab-cluster.conf",
      "systemctl try-reload-or-restart crio.service",
    ];
    assert.deepEqual(worker.preKubeadmCommands, [...own, "mine"]);
    assert.deepEqual(controlPlane.preKubeadmCommands, [...vip.preKubeadmCommands, ...own, "mine"]);
    const contents = new Map(worker.files?.map(({ path, content }) => [path, content]));
    assert.equal(
      contents.get("/etc/sysctl.d/95-edge-lab-cluster.conf"),
      "fs.file-max = 9\nvm.swappiness = 1\n",
    );
    assert.equal(
      contents.get("/etc/containers/registries.conf.d/50-edge-lab-mirrors.conf"),
      [
        '[[registry]]\nprefix = "docker.io"\nlocation = "docker.io"',
        '\n[[registry.mirror]]\nlocation = "a.lan:5000/hub"\ninsecure = true',
        '\n[[registry.mirror]]\nlocation = "b.lan"\ninsecure = true',
        '\n[[registry]]\nprefix = "quay.io/x"\nlocation = "quay.io/x"',
        '\n[[registry.mirror]]\nlocation = "a.lan"\ninsecure = false\n',
      ].join("\n"),
    );
  });

  it("pass OpenID Connect to the API server, and nothing that was not said", async () => {
    const oidc = {
      issuerUrl: "https://login.example/realms/lab",
      clientId: "kubernetes",
      groupsClaim: "groups",
    };
    const { controlPlane } = await kubeadm({ oidc, kubeadm: { apiServer: { extraArgs: { v: "2" } } } });
    assert.deepEqual(controlPlane.clusterConfiguration?.apiServer?.extraArgs, [
      { name: "oidc-client-id", value: "kubernetes" },
      { name: "oidc-groups-claim", value: "groups" },
      { name: "oidc-issuer-url", value: "https://login.example/realms/lab" },
      { name: "v", value: "2" },
    ]);
  });

  it("leave machines as they were where nothing is set", async () => {
    const { controlPlane, worker } = await kubeadm({});
    assert.equal("files" in worker, false);
    assert.equal("preKubeadmCommands" in worker, false);
    assert.equal("clusterConfiguration" in controlPlane, false);
    assert.deepEqual(controlPlane.files, vip.files);
  });
});
