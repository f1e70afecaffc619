import assert from "node:assert/strict";
import { changed, refusals, refusedOnce } from "./refusals.ts";
import { put, sampleLab } from "./sample-lab.ts";

describe("hosts that are refused", () => {
  it("two with one name", () => {
    const lab = changed([["hosts", 1, "name"], "m920q-1"]);
    refusedOnce(lab, "edge-lab:hosts[1].name", '"m920q-1"', "edge-lab:hosts[0]", "name of its own");
  });

  it("two with one MAC, however it is spelt", () => {
    for (const spelling of ["00-00-5E-00-53-11", "00005E005311"]) {
      const lab = changed([["hosts", 1, "macs", 0], spelling]);
      refusedOnce(lab, "edge-lab:hosts[1].macs[0]", "00:00:5e:00:53:11", "edge-lab:hosts[0].macs[0]");
    }
  });

  it("one that lists its MAC twice", () => {
    const lab = changed([["hosts", 0, "macs", 1], "00:00:5e:00:53:11"]);
    refusedOnce(lab, "edge-lab:hosts[0].macs[1]", "already at edge-lab:hosts[0].macs[0]");
  });

  it("two behind one device, its usual port named or not", () => {
    const lab = changed([["hosts", 1, "address"], "192.168.1.21:16992"]);
    refusedOnce(
      lab,
      "edge-lab:hosts[1].address",
      '"192.168.1.21:16992"',
      "edge-lab:hosts[0]",
      "its own device",
    );
  });

  it("but not two ports of one router", () => {
    const lab = changed(
      [["hosts", 0, "address"], "192.168.1.9:1"],
      [["hosts", 1, "address"], "192.168.1.9:2"],
    );
    assert.deepEqual(refusals(lab), []);
  });

  it("one with an address that is none", () => {
    for (const address of ["http://192.168.1.21", "192.168.1.21/x", "192.168.1.21:", "a b"]) {
      refusedOnce(
        changed([["hosts", 0, "address"], address]),
        "edge-lab:hosts[0].address",
        address,
        "HOST:PORT",
      );
    }
    refusedOnce(changed([["hosts", 0, "address"], "192.168.1.21:70000"]), "impossible port", "65535");
    for (const address of ["192.168.1.300", "192.168.1.300:16992", "192.168.1", "192.168.01.21"]) {
      const lab = changed([["hosts", 0, "address"], address]);
      refusedOnce(lab, "edge-lab:hosts[0].address", address, "neither an IP address nor a name");
    }
  });

  it("one with a MAC that is none", () => {
    for (const mac of ["00:00:5e:00:53", "00:00:5e-00:53:11", "zz:00:5e:00:53:11"]) {
      refusedOnce(changed([["hosts", 0, "macs", 0], mac]), "edge-lab:hosts[0].macs[0]", mac, "six pairs");
    }
    refusedOnce(changed([["hosts", 0, "macs"], []]), "edge-lab:hosts[0].macs", "is empty", "list the MAC");
  });

  it("one whose name cannot be a node's", () => {
    for (const name of ["M920q", "a_b", "-a", "a.b", "a".repeat(64)]) {
      refusedOnce(changed([["hosts", 0, "name"], name]), "edge-lab:hosts[0].name", "DNS label", "lower-case");
    }
    const uuid = "55e3ae13-bfd2-61bb-17a0-88aedd7037ea";
    refusedOnce(changed([["hosts", 0, "name"], uuid]), "edge-lab:hosts[0].name", uuid, "a name of its own");
  });

  it("one with an unknown driver, with the known ones named", () => {
    const lab = put(changed([["hosts", 0, "driver"], "amtt"]), ["hosts", 1, "driver"], "ipmi");
    const [first, second] = refusals(lab);
    assert.match(
      first ?? "",
      /hosts\[0\]\.driver \("amtt"\).*did you mean amt\? known drivers: amt, tapo, command/,
    );
    assert.match(second ?? "", /hosts\[1\]\.driver \("ipmi"\).*Fix: known drivers: amt, tapo, command/);
  });

  it("one with a program that the emulator's image does not have, unless the image is another", () => {
    const options = { executable: { path: "/opt/pdu" } };
    const command = changed(
      [["hosts", 0, "driver"], "command"],
      [["hosts", 0, "address"], undefined],
      [["hosts", 0, "options"], options],
    );
    refusedOnce(command, "edge-lab:hosts[0].options.executable.path", '"/opt/pdu"', "options.webhook");
    const prebuilt = put(command, ["emulator", "build"], undefined);
    assert.deepEqual(refusals(put(prebuilt, ["emulator", "image"], "registry.lan/emulator:1")), []);
  });

  it("one without an address beside other mistakes", () => {
    const lab = changed([["hosts", 0, "address"], undefined], [["hosts", 0, "role"], "king"]);
    const lines = refusals(lab).join("\n");
    assert.match(lines, /hosts\[0\]\.address is missing/);
    assert.match(lines, /hosts\[0\]\.role/);
  });

  it("one with a misspelt or misplaced key", () => {
    refusedOnce(
      changed([["hosts", 0, "bootmode"], "UEFI"]),
      "edge-lab:hosts[0].bootmode",
      "did you mean bootMode?",
    );
    refusedOnce(
      changed([["hosts", 0, "online"], true]),
      "edge-lab:hosts[0].online",
      "the controllers decide it",
    );
    refusedOnce(changed([["hosts", 0, "tls"], true]), "edge-lab:hosts[0].tls", "under the host's options");
  });

  it("one with a field of the wrong kind", () => {
    refusedOnce(
      changed([["hosts", 0, "bootMode"], "UEFISecureBoot"]),
      "UEFISecureBoot",
      "use UEFI or legacy",
    );
    refusedOnce(
      changed([["hosts", 0, "cacheSeconds"], -1]),
      "edge-lab:hosts[0].cacheSeconds",
      "(-1)",
      "0 to 3600",
    );
    refusedOnce(changed([["hosts", 0, "cacheSeconds"], "30"]), "is not a number", "write a number");
    refusedOnce(changed([["hosts", 0, "gracefulShutdown"], "yes"]), '"yes"', "refuse or forceOff");
    refusedOnce(changed([["hosts", 0, "uuid"], "123"]), "edge-lab:hosts[0].uuid", '"123"', "leave it out");
  });

  it("one without what it needs", () => {
    for (const field of ["name", "role", "driver", "address", "macs"]) {
      const lines = refusals(changed([["hosts", 5, field], undefined])).join("\n");
      assert.ok(lines.includes(`edge-lab:hosts[5].${field} is missing`), lines);
    }
  });

  it("one whose root disk hints say nothing or nonsense", () => {
    const hints = ["hosts", 0, "rootDeviceHints"];
    refusedOnce(changed([hints, {}]), "edge-lab:hosts[0].rootDeviceHints", "is empty", "such as model");
    refusedOnce(
      changed([[...hints, "deviceName"], "sda"]),
      "rootDeviceHints.deviceName",
      '"sda"',
      "/dev/disk/by-path",
    );
    const byId = changed([[...hints, "deviceName"], "/dev/disk/by-id/nvme-1"]);
    refusedOnce(byId, "rootDeviceHints.deviceName", "by-id/nvme-1", "/dev/disk/by-path", "serialNumber");
    refusedOnce(
      changed([[...hints, "minSizeGigabytes"], "200G"]),
      "minSizeGigabytes",
      '"200G"',
      "without a unit",
    );
    refusedOnce(
      changed([[...hints, "hctl"], "0:0"]),
      "rootDeviceHints.hctl",
      '"0:0"',
      "host:channel:target:lun",
    );
    refusedOnce(changed([[...hints, "minsize"], 200]), "rootDeviceHints.minsize", "known here");
  });

  it("one whose data disk might be its root disk", () => {
    const unclear = changed(
      ...[3, 4, 5].map(
        (host) => [["hosts", host, "rootDeviceHints"], host === 3 ? undefined : { model: "x" }] as const,
      ),
    );
    refusedOnce(unclear, "edge-lab:hosts[3].rootDeviceHints", "smallest disk", "which disk is the root disk");
    const same = changed([["hosts", 3, "rootDeviceHints"], { deviceName: "/dev/nvme0n1" }]);
    refusedOnce(same, "edge-lab:hosts[3].dataDisks[0].device", '"/dev/nvme0n1"', "is the root disk");
  });

  it("data disks that differ within a role", () => {
    const lab = changed([["hosts", 4, "dataDisks"], []]);
    refusedOnce(lab, "edge-lab:hosts[4].dataDisks", "differs from that of optiplex-1", "same data disks");
  });

  it("data disks that share a device or are mounted outside /var", () => {
    const disk = { device: "/dev/nvme0n1", mountPath: "/var/lib/other", label: "other" };
    const lab = changed(
      ...[3, 4, 5].map((host) => [["hosts", host, "dataDisks", 1], { ...disk, device: "/dev/sdb" }] as const),
      [["hosts", 3, "dataDisks", 1], disk],
    );
    assert.match(
      refusals(lab).join("\n"),
      /hosts\[3\]\.dataDisks\[1\]\.device \("\/dev\/nvme0n1"\) is already used/,
    );
    const outside = changed([["hosts", 3, "dataDisks", 0, "mountPath"], "/srv/data"]);
    assert.match(refusals(outside)[0] ?? "", /mountPath \("\/srv\/data"\) is not a path under \/var/);
  });

  it("labels that are none, or not the user's to set", () => {
    const labels = ["hosts", 0, "labels"];
    refusedOnce(
      changed([[...labels, "a b"], "x"]),
      'edge-lab:hosts[0].labels["a b"]',
      "not a Kubernetes label key",
    );
    refusedOnce(
      changed([[...labels, "rack"], "left side"]),
      "edge-lab:hosts[0].labels.rack",
      '"left side"',
      "63",
    );
    refusedOnce(changed([[...labels, "edge-lab/role"], "worker"]), "edge-lab/role", "controllers set");
    const reuse = "infrastructure.cluster.x-k8s.io/node-reuse";
    refusedOnce(changed([[...labels, reuse], "x"]), reuse, "controllers set", "failure-domain is yours");
    const domain = "infrastructure.cluster.x-k8s.io/failure-domain";
    assert.deepEqual(refusals(changed([[...labels, domain], "rack-1"])), []);
  });

  it("a device or emulator address that is loopback, on a lab that is not", () => {
    refusedOnce(
      changed([["hosts", 0, "address"], "127.0.0.1:1"]),
      "edge-lab:hosts[0].address",
      "loopback",
      "LAN",
    );
    refusedOnce(
      changed([["emulator", "address"], "localhost:8443"]),
      "edge-lab:emulator.address",
      "leave it out",
    );
  });

  it("facts that cannot be, or that nobody knows", () => {
    const facts = (...path: string[]) => ["hosts", 0, "facts", ...path];
    refusedOnce(changed([facts("memoryGiB"), 0]), "edge-lab:hosts[0].facts.memoryGiB", "is no memory");
    refusedOnce(changed([facts("memory"), 16]), "edge-lab:hosts[0].facts.memory", "memoryGiB");
    refusedOnce(changed([facts("model"), ""]), "edge-lab:hosts[0].facts.model", "128 printable");
    const architecture = facts("processors", "architecture");
    refusedOnce(changed([architecture, "amd64"]), "facts.processors.architecture", '"amd64"', "x86_64");
    refusedOnce(changed([facts("processors", "threads"), 1.5]), "facts.processors.threads", "whole number");
    assert.deepEqual(refusals(changed([facts("memoryGiB"), 15.5])), []);
  });

  it("none at all", () => {
    const lab = put(sampleLab(), ["hosts"], []);
    assert.match(refusals(lab).join("\n"), /edge-lab:hosts \(a list\) is empty/);
  });
});
