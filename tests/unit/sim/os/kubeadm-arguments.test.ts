import assert from "node:assert/strict";
import { kubeadmArguments } from "../../../../sim/machine/os/inside/kubeadm-arguments.ts";

const file = `---
kind: ClusterConfiguration
skipPhases: [of-another-kind]
---
kind: InitConfiguration
skipPhases: [addon/kube-proxy]
---
kind: JoinConfiguration
skipPhases: [kubelet-start]
`;
const of = (...args: string[]) => kubeadmArguments(args, () => file);

describe("kubeadm's arguments on a machine without a container runtime", () => {
  it("leave out preflight beside the phases of the configuration of that command", () => {
    assert.deepEqual(of("init", "--config", "/f", "-v5"), [
      "init",
      "--config",
      "/f",
      "-v5",
      "--skip-phases=preflight,addon/kube-proxy",
    ]);
    assert.deepEqual(of("join", "--config=/f"), [
      "join",
      "--config=/f",
      "--skip-phases=preflight,kubelet-start",
    ]);
  });

  it("phases of the command line win over those of the configuration, as in kubeadm", () => {
    assert.deepEqual(of("init", "--skip-phases", "a,b", "--config", "/f", "--skip-phases=c"), [
      "init",
      "--config",
      "/f",
      "--skip-phases=preflight,a,b,c",
    ]);
  });

  it("without a configuration only preflight is left out", () => {
    assert.deepEqual(of("join", "1.2.3.4:6443"), ["join", "1.2.3.4:6443", "--skip-phases=preflight"]);
  });

  for (const args of [["version"], ["init", "phase", "certs", "all"], ["--help"], ["reset", "-f"], []]) {
    it(`${args.join(" ") || "none"} stay as they are`, () => assert.deepEqual(of(...args), args));
  }
});
