import assert from "node:assert/strict";
import { join } from "node:path";
import { ValidationCode, validate } from "dockerfile-utils";
import { parse } from "yaml";
import { type BuildContext, buildContext } from "../../../nodeimage/description/build-context.ts";
import { readDescription } from "../../../nodeimage/description/image-description.ts";
import { mergedVars } from "../../../nodeimage/description/merged-vars.ts";

const folder = join(import.meta.dirname, "../../../nodeimage");
const description = readDescription(folder);
const user = { name: "me", sudo: true, sshAuthorizedKeys: ["ssh-ed25519 AAAA me@laptop", "ssh-rsa BBBB"] };

function rendered(
  overrides: Parameters<typeof mergedVars>[1] = {},
  kubernetesVersion = "v1.34.3",
): BuildContext {
  const vars = mergedVars(description.vars, overrides);
  return buildContext(description, { kubernetesVersion, baseImage: "example/base:1", vars });
}

function text(context: BuildContext, path: string): string {
  const found = context.files.find((file) => file.path === `rootfs/${path}`);
  assert.ok(found, `no ${path}`);
  return found.content.toString("utf8");
}

describe("the node image", () => {
  it("has a Containerfile in which a linter finds nothing", () => {
    assert.deepEqual(validate(description.containerfile), []);
    // The linter can find something.
    assert.equal(validate("FROM a\nCOPYY b c")[0]?.code, ValidationCode.UNKNOWN_INSTRUCTION);
  });

  it("gives its Containerfile every argument that it has", () => {
    const declared = [...description.containerfile.matchAll(/^ARG (\w+)/gm)].map(([, name = ""]) => name);
    assert.deepEqual(Object.keys(rendered().buildArguments).sort(), declared.sort());
  });

  it("asks for the Kubernetes version exactly, from the repository of its minor version", () => {
    const made = rendered({ crioVersion: "1.35.1" }, "v1.35.4");
    assert.equal(made.buildArguments.KUBERNETES_VERSION, "1.35.4");
    assert.equal(made.buildArguments.CRIO_PACKAGE, "cri-o-1.35.1");
    assert.match(
      text(made, "etc/yum.repos.d/kubernetes.repo"),
      /^baseurl=https:\/\/pkgs\.k8s\.io\/core:\/stable:\/v1\.35\/rpm\/$/m,
    );
    assert.match(
      text(made, "etc/yum.repos.d/cri-o.repo"),
      /^gpgkey=\S+\/v1\.35\/rpm\/repodata\/repomd\.xml\.key$/m,
    );
    for (const repository of ["kubernetes", "cri-o"]) {
      assert.match(text(made, `etc/yum.repos.d/${repository}.repo`), /^gpgcheck=1$/m);
    }
  });

  it("looks for a config drive alone, and leaves growing to its own unit", () => {
    const made = rendered();
    const cloud: unknown = parse(text(made, "etc/cloud/cloud.cfg.d/90-edge-lab.cfg"));
    assert.deepEqual(cloud, {
      datasource_list: ["ConfigDrive", "None"],
      growpart: { mode: "off" },
      resize_rootfs: false,
    });
    assert.match(made.buildArguments.ENABLED_UNITS ?? "", /edge-lab-grow-root\.service/);
    assert.match(made.buildArguments.MASKED_UNITS ?? "", /bootc-generic-growpart\.service/);
    const script = made.files.find(({ path }) => path === "rootfs/usr/libexec/edge-lab/grow-root");
    assert.equal(script?.executable, true);
  });

  it("does not update by itself, and starts what a node needs", () => {
    const { ENABLED_UNITS = "", MASKED_UNITS = "" } = rendered().buildArguments;
    assert.ok(MASKED_UNITS.split(" ").includes("bootc-fetch-apply-updates.timer"));
    for (const unit of ["crio.service", "kubelet.service", "iscsid.service"]) {
      assert.ok(ENABLED_UNITS.split(" ").includes(unit), unit);
    }
  });

  it("writes kernel settings, modules and arguments", () => {
    const made = rendered({ sysctls: { "vm.swappiness": 1 }, kernelArguments: ["console=ttyS0", "quiet"] });
    assert.equal(
      text(made, "etc/sysctl.d/90-edge-lab.conf"),
      "net.bridge.bridge-nf-call-iptables = 1\nnet.bridge.bridge-nf-call-ip6tables = 1\n" +
        "net.ipv4.ip_forward = 1\nvm.swappiness = 1\n\n",
    );
    assert.equal(text(made, "etc/modules-load.d/edge-lab.conf"), "overlay\nbr_netfilter\n\n");
    assert.equal(text(made, "usr/lib/bootc/kargs.d/10-edge-lab.toml"), 'kargs = ["console=ttyS0","quiet"]\n');
    assert.equal(text(rendered(), "usr/lib/bootc/kargs.d/10-edge-lab.toml"), "kargs = []\n");
    assert.match(text(made, "usr/lib/bootc/install/10-edge-lab.toml"), /^type = "xfs"$/m);
  });

  it("makes users with their keys at boot, where /home can be written", () => {
    const made = rendered({ users: [user, { ...user, name: "you", sudo: false, sshAuthorizedKeys: [] }] });
    assert.match(
      text(made, "usr/lib/sysusers.d/edge-lab.conf"),
      /^u me - "me" \/var\/home\/me \/bin\/bash$/m,
    );
    assert.equal(text(made, "etc/sudoers.d/edge-lab").trim(), "me ALL=(ALL) NOPASSWD:ALL");
    const lines = text(made, "usr/lib/tmpfiles.d/edge-lab.conf").split("\n");
    assert.ok(lines.includes("d /var/home/you 0700 you you -"));
    assert.ok(!lines.some((line) => line.includes("/var/home/you/.ssh")));
    const keys = lines.find((line) => line.startsWith("f+~ /var/home/me/.ssh/authorized_keys 0600 me me - "));
    const content = Buffer.from(keys?.split(" ").at(-1) ?? "", "base64").toString("utf8");
    assert.equal(content, `${user.sshAuthorizedKeys.join("\n")}\n`);
  });

  it("has a writable place for plugins of pods and for flexvolumes", () => {
    const lines = text(rendered(), "usr/lib/tmpfiles.d/edge-lab.conf").split("\n");
    assert.ok(lines.includes("d /var/opt/cni/bin 0755 root root -"));
    assert.ok(lines.includes("d /var/libexec/kubernetes/kubelet-plugins/volume/exec 0755 root root -"));
    assert.match(
      text(rendered(), "etc/crio/crio.conf.d/20-edge-lab.conf"),
      /plugin_dirs = \["\/opt\/cni\/bin", "\/usr\/libexec\/cni"\]/,
    );
  });
});
