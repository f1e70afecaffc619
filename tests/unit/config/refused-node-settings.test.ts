import assert from "node:assert/strict";
import { changed, refusals, refusedOnce } from "./refusals.ts";

const file = (changes: object = {}) => ({ path: "/etc/motd", content: "hello", ...changes });
const withFiles = (...files: object[]) => changed([["clusters", 0, "files"], files]);
const mirror = { registry: "docker.io", mirrors: ["registry.lan:5000/docker"] };

describe("settings of nodes that are refused", () => {
  it("files where a running node cannot write, or that are no files", () => {
    const here = "edge-lab:clusters[0].files[0].path";
    refusedOnce(withFiles(file({ path: "/usr/bin/tool" })), here, "cannot write", "nodeimage/templates");
    refusedOnce(withFiles(file({ path: "etc/motd" })), here, "is not an absolute path");
    refusedOnce(withFiles(file({ path: "/etc/../usr/x" })), here, "goes upwards");
    refusedOnce(withFiles(file({ path: "/usr" })), here, "cannot write");
    assert.deepEqual(refusals(withFiles(file({ path: "/usrlocal/file" }))), []);
  });

  it("files in the folders of the cluster itself, save those meant for others", () => {
    const here = "edge-lab:clusters[0].files[0].path";
    refusedOnce(
      withFiles(file({ path: "/etc/kubernetes/manifests/kube-vip.yaml" })),
      here,
      "belongs to the cluster",
    );
    refusedOnce(withFiles(file({ path: "/etc/edge-lab/kube-vip-credentials.sh" })), here, "put it elsewhere");
    assert.deepEqual(
      refusals(withFiles(file({ path: "/etc/kubernetes/patches/kubelet+strategic.yaml" }))),
      [],
    );
  });

  it("a file twice on a machine, but not one for each role", () => {
    const both = withFiles(file(), file({ content: "again" }));
    refusedOnce(both, "edge-lab:clusters[0].files[1].path", "written twice", "give them roles");
    refusedOnce(withFiles(file({ roles: ["worker"] }), file()), "files[1].path", "written twice");
    const apart = withFiles(file({ roles: ["worker"] }), file({ roles: ["control-plane"] }));
    assert.deepEqual(refusals(apart), []);
  });

  it("modes, owners and contents that Cluster API or cloud-init would not take", () => {
    refusedOnce(withFiles(file({ permissions: "644" })), "files[0].permissions", '("644")', "0644");
    refusedOnce(withFiles(file({ owner: "root" })), "files[0].owner", "root:root");
    refusedOnce(withFiles(file({ content: "x".repeat(10_241) })), "files[0].content", "longer than 10240");
    refusedOnce(withFiles(file({ content: "" })), "files[0].content", "is empty");
    refusedOnce(withFiles(file({ roles: [] })), "files[0].roles", "is empty");
  });

  it("kernel settings by names or values that are none", () => {
    const sysctls = (settings: object) => changed([["clusters", 0, "sysctls"], settings]);
    refusedOnce(sysctls({ "vm max": 1 }), "edge-lab:clusters[0].sysctls", "name");
    refusedOnce(sysctls({ "vm.max_map_count": "1\n2" }), "sysctls", "one line");
    const fine = {
      "vm.max_map_count": 262_144,
      "net.ipv4.conf.eth0/1.rp_filter": "0",
      "fs.inotify.max_user_watches": 1,
    };
    assert.deepEqual(refusals(sysctls(fine)), []);
  });

  it("mirrors that are URLs, and names that would break out of the file", () => {
    const mirrors = (one: object) => changed([["clusters", 0, "registryMirrors"], [one]]);
    refusedOnce(mirrors({ ...mirror, mirrors: ["https://registry.lan"] }), "mirrors[0]", "without https://");
    refusedOnce(mirrors({ ...mirror, mirrors: [] }), "registryMirrors[0].mirrors", "is empty");
    refusedOnce(
      mirrors({ ...mirror, registry: 'docker.io/"x' }),
      "registryMirrors[0].registry",
      "is not a registry",
    );
    assert.deepEqual(refusals(mirrors({ ...mirror, registry: "quay.io/metal3-io" })), []);
  });

  it("an issuer without TLS, and flags that say the same again", () => {
    const oidc = { issuerUrl: "https://login.example/realms/lab", clientId: "kubernetes" };
    refusedOnce(
      changed([["clusters", 0, "oidc"], { ...oidc, issuerUrl: "http://login.example" }]),
      "edge-lab:clusters[0].oidc.issuerUrl",
      "https://HOST/PATH",
    );
    const flags = { apiServer: { extraArgs: { "oidc-username-claim": "email", v: "2" } } };
    refusedOnce(
      changed([["clusters", 0, "oidc"], oidc], [["clusters", 0, "kubeadm"], flags]),
      "edge-lab:clusters[0].kubeadm.apiServer.extraArgs.oidc-username-claim",
      "beside oidc",
      "clusters[0].oidc",
    );
    assert.deepEqual(refusals(changed([["clusters", 0, "kubeadm"], flags])), []);
  });
});
