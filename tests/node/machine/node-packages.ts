import type { ProgramPackages } from "../../support/debian-packages.ts";

/** What a real node takes from Debian. */
export const nodePackages: ProgramPackages = {
  containerd: "containerd",
  ctr: "containerd",
  runc: "runc",
  "/usr/lib/cni/ptp": "containernetworking-plugins",
  iptables: "iptables",
  conntrack: "conntrack",
  ip: "iproute2",
  podman: "podman",
  // Its program is the sandbox of pods, where no image can be pulled: it must need no library.
  "/usr/share/doc/busybox-static": "busybox-static",
};
