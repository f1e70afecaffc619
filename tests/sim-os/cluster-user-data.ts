import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import { parse, stringify } from "yaml";
import { kubeVip } from "../../components/workload-cluster/kube-vip.ts";
import { makePair, type PemPair } from "../../sim/standins/x509-pair.ts";

interface File {
  readonly path: string;
  readonly permissions?: string;
  readonly owner?: string;
  readonly content: string;
}

/** What Cluster API's bootstrap provider knows of a cluster when it writes a machine's user-data. */
export interface ClusterSeed {
  readonly endpoint: string;
  readonly token: string;
  readonly pods: string;
  readonly authorities: Readonly<Record<"ca" | "etcd/ca" | "front-proxy-ca", PemPair>>;
  readonly serviceAccount: { readonly key: string; readonly pub: string };
}

const TEN_YEARS_MS = 315_360_000_000;

function authority(commonName: string): Promise<PemPair> {
  return makePair({
    commonName,
    organizations: [],
    dnsNames: [],
    ipAddresses: [],
    uris: [],
    isCA: true,
    usages: ["digital signature", "key encipherment", "cert sign"],
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + TEN_YEARS_MS),
    key: {},
  });
}

/** Makes a cluster's certificates and its bootstrap token, as the control plane's manager does. */
export async function clusterSeed(endpoint: string): Promise<ClusterSeed> {
  const serviceAccount = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    endpoint,
    token: "abcdef.0123456789abcdef",
    pods: "10.244.0.0/16",
    authorities: {
      ca: await authority("kubernetes"),
      "etcd/ca": await authority("kubernetes"),
      "front-proxy-ca": await authority("kubernetes"),
    },
    serviceAccount: {
      key: serviceAccount.privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
      pub: serviceAccount.publicKey.export({ type: "spki", format: "pem" }).toString(),
    },
  };
}

/** User-data in the form of bootstrap/kubeadm/internal/cloudinit (Cluster API 1.13), for the three kinds of machines. */
export function userData(
  seed: ClusterSeed,
  kind: "init" | "join-control-plane" | "join",
  version: string,
): string {
  const controlPlane = kind !== "join";
  const vip = kubeVip({ image: "ghcr.io/kube-vip/kube-vip:v1.0.3", ipFamily: "IPv4" });
  const vipFile = parse(
    vip.manifestTemplate
      .replaceAll("{{ .endpoint.host }}", seed.endpoint)
      .replaceAll("{{ .endpoint.port }}", "6443"),
  ) as File;
  const registration = {
    name: "{{ ds.meta_data.local_hostname }}",
    kubeletExtraArgs: [{ name: "node-labels", value: "metal3.io/uuid={{ ds.meta_data.uuid }}" }],
  };
  const init = kind === "init";
  const config = init
    ? initConfiguration(seed, registration, version)
    : joinConfiguration(seed, registration, kind);
  const path = init ? "/run/kubeadm/kubeadm.yaml" : "/run/kubeadm/kubeadm-join-config.yaml";
  const command = `kubeadm ${init ? "init" : "join"} --config ${path}  && echo success > /run/cluster-api/bootstrap-success.complete`;
  return `## template: jinja\n#cloud-config\n\n${stringify({
    write_files: [
      ...(controlPlane ? [...certificateFiles(seed), ...vip.files, vipFile] : []),
      { path, owner: "root:root", permissions: "0640", content: config },
      {
        path: "/run/cluster-api/placeholder",
        owner: "root:root",
        permissions: "0640",
        content: "placeholder",
      },
    ],
    runcmd: [
      ...(controlPlane ? vip.preKubeadmCommands : []),
      command,
      ...(controlPlane ? vip.postKubeadmCommands : []),
    ],
    ...(controlPlane
      ? {}
      : {
          disk_setup: { "/dev/nvme0n1": { table_type: "gpt", layout: true } },
          fs_setup: [{ label: "longhorn", filesystem: "ext4", device: "/dev/nvme0n1", partition: "auto" }],
          mounts: [["LABEL=longhorn", "/var/lib/longhorn", "ext4", "defaults,nofail"]],
          users: [{ name: "admin" }],
        }),
  })}`;
}

function certificateFiles({ authorities, serviceAccount }: ClusterSeed): File[] {
  const at = (name: string, content: string, permissions: string) => ({
    path: `/etc/kubernetes/pki/${name}`,
    owner: "root:root",
    permissions,
    content,
  });
  return [
    ...Object.entries(authorities).flatMap(([name, { certificate, key }]) => [
      at(`${name}.crt`, certificate, "0640"),
      at(`${name}.key`, key, "0600"),
    ]),
    at("sa.pub", serviceAccount.pub, "0640"),
    at("sa.key", serviceAccount.key, "0600"),
  ];
}

function initConfiguration(seed: ClusterSeed, nodeRegistration: object, version: string): string {
  const cluster = {
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "ClusterConfiguration",
    clusterName: "edge",
    kubernetesVersion: version,
    controlPlaneEndpoint: `${seed.endpoint}:6443`,
    networking: { podSubnet: seed.pods, serviceSubnet: "10.96.0.0/16", dnsDomain: "cluster.local" },
  };
  const init = {
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "InitConfiguration",
    bootstrapTokens: [{ token: seed.token, ttl: "24h0m0s" }],
    skipPhases: ["addon/kube-proxy"],
    nodeRegistration,
  };
  return `---\n${stringify(cluster)}\n---\n${stringify(init)}`;
}

function joinConfiguration(
  seed: ClusterSeed,
  nodeRegistration: object,
  kind: "join-control-plane" | "join",
): string {
  const key = new X509Certificate(seed.authorities.ca.certificate).publicKey.export({
    type: "spki",
    format: "der",
  });
  return `---\n${stringify({
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "JoinConfiguration",
    discovery: {
      bootstrapToken: {
        apiServerEndpoint: `${seed.endpoint}:6443`,
        token: seed.token,
        caCertHashes: [`sha256:${createHash("sha256").update(key).digest("hex")}`],
      },
    },
    ...(kind === "join-control-plane" ? { controlPlane: {} } : {}),
    nodeRegistration,
  })}`;
}
