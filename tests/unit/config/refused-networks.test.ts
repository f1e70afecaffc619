import assert from "node:assert/strict";
import { changed, refusals, refusedOnce } from "./refusals.ts";

const dhcp = ["infra", "provisioning", "dhcp"];
const endpoint = ["clusters", 0, "endpoint", "host"];

describe("networks and addresses that are refused", () => {
  it("an endpoint inside the DHCP range", () => {
    const range = "192.168.1.200 to 192.168.1.219";
    refusedOnce(
      changed([endpoint, "192.168.1.200"]),
      "edge-lab:clusters[0].endpoint.host",
      "192.168.1.200",
      range,
    );
    refusedOnce(changed([endpoint, "192.168.1.219"]), "outside it, or change infra.provisioning.dhcp");
    assert.deepEqual(refusals(changed([endpoint, "192.168.1.220"])), []);
  });

  it("other fixed addresses inside the DHCP range", () => {
    refusedOnce(
      changed([["hosts", 0, "address"], "192.168.1.201:16992"]),
      "edge-lab:hosts[0].address",
      "leased",
    );
    refusedOnce(
      changed([["infra", "provisioning", "address"], "192.168.1.201"]),
      "infra.provisioning.address",
    );
    refusedOnce(changed([[...dhcp, "gateway"], "192.168.1.201"]), "edge-lab:infra.provisioning.dhcp.gateway");
  });

  it("an endpoint outside the hosts' network, unless an interface on another is named", () => {
    const lab = changed([endpoint, "192.168.2.50"]);
    refusedOnce(
      lab,
      "edge-lab:clusters[0].endpoint.host",
      '"192.168.2.50"',
      "192.168.1.0/24",
      "endpoint.interface",
    );
    const named = changed([endpoint, "192.168.2.50"], [["clusters", 0, "endpoint", "interface"], "eth1"]);
    assert.deepEqual(refusals(named), []);
  });

  it("addresses that no machine can have", () => {
    refusedOnce(changed([endpoint, "192.168.1.255"]), "edge-lab:clusters[0].endpoint.host", "broadcast");
    refusedOnce(changed([[...dhcp, "rangeEnd"], "192.168.1.255"]), "dhcp.rangeEnd", "broadcast");
  });

  it("an endpoint that somebody has", () => {
    refusedOnce(
      changed([endpoint, "192.168.1.21"]),
      "clusters[0].endpoint.host",
      "edge-lab:hosts[0].address",
      "free",
    );
    refusedOnce(changed([endpoint, "192.168.1.10"]), "edge-lab:infra.provisioning.address", "free address");
    refusedOnce(
      changed([["hosts", 0, "address"], "192.168.1.10"]),
      "edge-lab:infra.provisioning.address",
      "192.168.1.10",
    );
  });

  it("an endpoint that is no address", () => {
    for (const value of ["lab.example.org", "192.168.1", "192.168.1.50:6443", "192.168.1.050"]) {
      refusedOnce(
        changed([endpoint, value]),
        "edge-lab:clusters[0].endpoint.host",
        value,
        "not an IP address",
      );
    }
  });

  it("a DHCP range in the wrong order, outside its network or too small", () => {
    refusedOnce(
      changed([[...dhcp, "rangeEnd"], "192.168.1.199"]),
      "dhcp.rangeEnd",
      "192.168.1.199",
      "swap the two",
    );
    refusedOnce(
      changed([[...dhcp, "rangeEnd"], "192.168.2.10"]),
      "dhcp.rangeEnd",
      "outside the network 192.168.1.0/24",
    );
    refusedOnce(
      changed([[...dhcp, "rangeEnd"], "192.168.1.204"]),
      "5 addresses for 6 hosts",
      "widen the range",
    );
    refusedOnce(changed([[...dhcp, "rangeBegin"], undefined]), "dhcp.rangeBegin is missing", "First address");
  });

  it("an infra address or gateway outside the network", () => {
    refusedOnce(
      changed([["infra", "provisioning", "address"], "10.0.0.1"]),
      "infra.provisioning.address",
      '"10.0.0.1"',
    );
    refusedOnce(
      changed([[...dhcp, "gateway"], "10.0.0.1"]),
      "dhcp.gateway",
      "gateway's address on that network",
    );
  });

  it("networks that overlap, with a free one proposed", () => {
    const pods = ["clusters", 0, "network", "pods", 0];
    refusedOnce(
      changed([pods, "192.168.0.0/18"]),
      "edge-lab:clusters[0].network.pods[0]",
      '"192.168.0.0/18"',
      "edge-lab:infra.provisioning.cidr (192.168.1.0/24)",
      "for example 10.245.0.0/16",
    );
    refusedOnce(changed([pods, "10.96.128.0/17"]), "clusters[0].network.services[0]", "10.96.128.0/17");
  });

  it("networks of two clusters that overlap", () => {
    const second = {
      name: "two",
      endpoint: { host: "192.168.1.51" },
      controlPlane: { replicas: 1, untainted: true },
    };
    const host = {
      name: "spare",
      role: "control-plane",
      driver: "amt",
      address: "192.168.1.24",
      macs: ["00005e005399"],
    };
    const lab = changed([["hosts", 6], host], [["clusters", 1], second]);
    const lines = refusals(lab);
    assert.equal(lines.length, 2, lines.join("\n"));
    assert.match(
      lines[0] ?? "",
      /clusters\[1\]\.network\.pods\[0\].*edge-lab:clusters\[0\]\.network\.pods\[0\]/,
    );
    assert.match(lines[1] ?? "", /clusters\[1\]\.network\.services\[0\]/);
    const apart = { ...second, network: { pods: ["10.245.0.0/16"], services: ["10.97.0.0/16"] } };
    assert.deepEqual(refusals(changed([["hosts", 6], host], [["clusters", 1], apart])), []);
  });

  it("networks that are none", () => {
    const cidr = ["infra", "provisioning", "cidr"];
    refusedOnce(changed([cidr, "192.168.1.0"]), "edge-lab:infra.provisioning.cidr", "address/prefix");
    refusedOnce(
      changed([cidr, "192.168.1.7/24"]),
      "edge-lab:infra.provisioning.cidr",
      "bits set behind its prefix",
    );
    refusedOnce(
      changed([["clusters", 0, "network", "pods", 0], "10.244.0.0/33"]),
      "clusters[0].network.pods[0]",
    );
  });

  it("ports that are none, or that Ironic has", () => {
    refusedOnce(
      changed([["clusters", 0, "endpoint", "port"], 0]),
      "edge-lab:clusters[0].endpoint.port",
      "(0)",
      "65535",
    );
    refusedOnce(
      changed([["emulator", "port"], 65536]),
      "edge-lab:emulator.port",
      "(65536)",
      "between 1 and 65535",
    );
    refusedOnce(
      changed([["nodeImage", "serve", "port"], 6180]),
      "edge-lab:nodeImage.serve.port",
      "Ironic",
      "8088",
    );
  });
});
