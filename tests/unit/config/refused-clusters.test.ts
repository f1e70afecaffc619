import assert from "node:assert/strict";
import { changed, refusals, refusedOnce } from "./refusals.ts";

const controlPlane = ["clusters", 0, "controlPlane"];
const images = ["nodeImage", "images"];

describe("clusters that are refused", () => {
  it("more replicas than hosts of the role", () => {
    refusedOnce(
      changed([["clusters", 0, "workers", "replicas"], 5]),
      "edge-lab:clusters[0].workers.replicas",
      "(5)",
      "and 3 are declared",
      "declare 2 more under edge-lab:hosts with role worker",
    );
    refusedOnce(
      changed([[...controlPlane, "replicas"], 5]),
      "clusters[0].controlPlane.replicas",
      "5 hosts with role",
    );
  });

  it("more replicas than hosts in all clusters together", () => {
    const second = {
      name: "two",
      endpoint: { host: "192.168.1.51" },
      controlPlane: { replicas: 3 },
      network: { pods: ["10.245.0.0/16"], services: ["10.97.0.0/16"] },
    };
    const lab = changed([["clusters", 1], second]);
    refusedOnce(lab, "edge-lab:clusters[1].controlPlane.replicas", "all clusters together want 6", "3 more");
  });

  it("fewer restarts before a rebuild than CAPM3 takes", () => {
    const lab = changed([["clusters", 0, "healthChecks"], { rebootRetries: 0 }]);
    refusedOnce(lab, "edge-lab:clusters[0].healthChecks.rebootRetries", "(0)", "enabled: false");
  });

  it("a node's start-up time that is shorter than Cluster API takes", () => {
    const lab = (nodeStartupTimeoutSeconds: number) =>
      changed([["clusters", 0, "healthChecks"], { nodeStartupTimeoutSeconds }]);
    refusedOnce(lab(29), "edge-lab:clusters[0].healthChecks.nodeStartupTimeoutSeconds", "(29)", "30 or more");
    for (const taken of [0, 30]) assert.deepEqual(refusals(lab(taken)), []);
  });

  it("seconds beyond what Cluster API stores", () => {
    const lab = changed([["clusters", 0, "drainTimeoutSeconds"], 2 ** 31]);
    refusedOnce(lab, "edge-lab:clusters[0].drainTimeoutSeconds", "(2147483648)", "0 to 2147483647");
  });

  it("a name so long that hosts could not be kept for the cluster in an upgrade", () => {
    const lab = (length: number) => changed([["clusters", 0, "name"], "e".repeat(length)]);
    refusedOnce(lab(47), "edge-lab:clusters[0].name", "is longer than 46 characters", "shorter name");
    assert.deepEqual(refusals(lab(46)), []);
  });

  it("kubeadm settings that say nothing", () => {
    const kubeadm = ["clusters", 0, "kubeadm"];
    refusedOnce(
      changed([kubeadm, { preKubeadmCommands: [""] }]),
      "edge-lab:clusters[0].kubeadm.preKubeadmCommands[0]",
      "is empty",
    );
    refusedOnce(changed([kubeadm, { postKubeadmCommands: [""] }]), "postKubeadmCommands[0]", "is empty");
    const unnamed = changed([kubeadm, { apiServer: { extraArgs: { "": "x" } } }]);
    refusedOnce(unnamed, "edge-lab:clusters[0].kubeadm.apiServer.extraArgs", "without the dashes");
    const emptyValue = changed([kubeadm, { apiServer: { extraArgs: { "feature-gates": "" } } }]);
    assert.deepEqual(refusals(emptyValue), []);
  });

  it("an even control plane", () => {
    const lab = changed([[...controlPlane, "replicas"], 2], [[...controlPlane, "maxSurge"], 1]);
    refusedOnce(lab, "edge-lab:clusters[0].controlPlane.replicas", "(2)", "is even", "use 1 or 3");
    const none = changed([[...controlPlane, "replicas"], 0]);
    assert.match(refusals(none).join("\n"), /controlPlane\.replicas \(0\) is no control plane/);
  });

  it("maxSurge 0 with one control plane: an upgrade needs a spare host", () => {
    const wanted = [
      "edge-lab:clusters[0].controlPlane.maxSurge",
      "an upgrade needs a spare host",
      "set maxSurge 1",
    ];
    refusedOnce(changed([[...controlPlane, "replicas"], 1]), "(0)", ...wanted);
    const byDefault = changed([[...controlPlane, "replicas"], 1], [[...controlPlane, "maxSurge"], undefined]);
    refusedOnce(byDefault, "is 0 by default", ...wanted);
  });

  it("maxSurge 0 on a single node", () => {
    const lab = changed(
      [controlPlane, { replicas: 1, untainted: true, maxSurge: 0 }],
      [["clusters", 0, "workers", "replicas"], 0],
    );
    refusedOnce(lab, "edge-lab:clusters[0].controlPlane.maxSurge", "(0)", "leave maxSurge out");
  });

  it("a single control plane that is not untainted and has no workers: it is no single node", () => {
    const lab = changed([controlPlane, { replicas: 1 }], [["clusters", 0, "workers", "replicas"], 0]);
    refusedOnce(lab, "edge-lab:clusters[0].controlPlane.maxSurge", "untainted true");
  });

  it("a surge without a spare host", () => {
    const lab = changed([[...controlPlane, "maxSurge"], 1]);
    refusedOnce(lab, "edge-lab:clusters[0].controlPlane.maxSurge", "(1)", "4 hosts", "declare a spare host");
    refusedOnce(changed([[...controlPlane, "maxSurge"], 2]), "controlPlane.maxSurge", "(2)", "0 or 1");
  });

  it("versions that this Cluster API cannot build", () => {
    for (const version of ["v1.29.9", "v1.37.0", "v2.34.0"]) {
      const lab = changed(
        [["kubernetes", "version"], version],
        [[...images, version], { url: "http://192.168.1.10/i", sha256: "http://192.168.1.10/s" }],
      );
      refusedOnce(lab, "edge-lab:kubernetes.version", version, "v1.30 to v1.36");
    }
    refusedOnce(
      changed([["clusters", 0, "kubernetes"], { version: "1.34.3" }]),
      "clusters[0].kubernetes.version",
      "v1.34.3",
    );
  });

  it("versions without a node image, with those named that have one", () => {
    const have = "there are images for v1.34.3, v1.35.4";
    refusedOnce(
      changed([["kubernetes", "version"], "v1.36.0"]),
      "edge-lab:kubernetes.version",
      '"v1.36.0"',
      have,
    );
    const own = changed([["clusters", 0, "kubernetes"], { version: "v1.34.9" }]);
    refusedOnce(own, "edge-lab:clusters[0].kubernetes.version", "v1.34.9", have);
    const named = changed([["clusters", 0, "image"], { workers: "rebuilt" }]);
    refusedOnce(
      named,
      "edge-lab:clusters[0].image.workers",
      '"rebuilt"',
      have,
      'nodeImage.images["rebuilt"]',
    );
    refusedOnce(changed([images, {}]), "there are none yet");
  });

  it("a control plane whose image holds another version", () => {
    const lab = changed([["clusters", 0, "image"], { controlPlane: "v1.35.4" }]);
    refusedOnce(
      lab,
      "edge-lab:clusters[0].image.controlPlane",
      '"v1.35.4"',
      "is to be v1.34.3",
      "an image with",
    );
  });

  it("workers that are newer than the control plane, or too old for it", () => {
    const newer = changed([["clusters", 0, "image"], { workers: "v1.35.4" }]);
    refusedOnce(
      newer,
      "edge-lab:clusters[0].image.workers",
      "must not be newer than the control plane (v1.34.3)",
    );
    const image = (version: string) => ({
      url: "http://192.168.1.10/i",
      sha256: "http://192.168.1.10/s",
      version,
    });
    const old = (version: string) =>
      changed([[...images, "old"], image(version)], [["clusters", 0, "image"], { workers: "old" }]);
    refusedOnce(
      old("v1.30.9"),
      "edge-lab:clusters[0].image.workers",
      "v1.30.9",
      "at most 3 minor versions older",
    );
    assert.deepEqual(refusals(old("v1.31.0")), []);
  });

  it("images that do not say what is in them, or another version than their name", () => {
    const image = { url: "http://192.168.1.10/i", sha256: "http://192.168.1.10/s" };
    refusedOnce(
      changed([[...images, "mine"], image]),
      "edge-lab:nodeImage.images.mine",
      "which Kubernetes",
      "add version",
    );
    const other = changed([[...images, "v1.34.3", "version"], "v1.35.4"]);
    assert.match(
      refusals(other)[0] ?? "",
      /images\["v1\.34\.3"\]\.version \("v1\.35\.4"\) holds Kubernetes v1\.35\.4/,
    );
  });

  it("image addresses that bare hosts cannot reach", () => {
    const url = [...images, "v1.34.3", "url"];
    const path = 'edge-lab:nodeImage.images["v1.34.3"].url';
    for (const host of [
      "images.edge-lab.svc",
      "images.edge-lab.svc.cluster.local:80",
      "images.lab.svc.example",
    ]) {
      refusedOnce(changed([url, `http://${host}/x.raw`]), path, host, "cannot resolve", "192.168.1.10");
    }
    for (const host of ["127.0.0.1", "localhost:8088", "[::1]"]) {
      refusedOnce(changed([url, `http://${host}/x.raw`]), path, "loopback", "192.168.1.10");
    }
    refusedOnce(
      changed([["nodeImage", "serve", "address"], "127.0.0.1"]),
      "edge-lab:nodeImage.serve.address",
      "loopback",
    );
    refusedOnce(
      changed([[...images, "v1.35.4", "sha256"], "http://localhost/SUMS"]),
      '"v1.35.4"].sha256',
      "loopback",
    );
  });

  it("image URLs and checksums of the wrong form", () => {
    const url = [...images, "v1.34.3", "url"];
    refusedOnce(changed([url, "ftp://192.168.1.10/x"]), "ftp://192.168.1.10/x", "http://HOST[:PORT]/PATH");
    refusedOnce(
      changed([url, `http://192.168.1.10/${"x".repeat(500)}`]),
      "longer than 512 characters",
      "shorten",
    );
    refusedOnce(changed([[...images, "v1.34.3", "sha256"], "abc"]), '"abc"', "64 hexadecimal digits");
    refusedOnce(changed([[...images, "v1.34.3", "format"], "iso"]), '"iso"', "raw or qcow2");
    refusedOnce(changed([["nodeImage", "serve", "size"], "60 GB"]), "edge-lab:nodeImage.serve.size", "40Gi");
  });

  it("two with one name, and settings of the wrong kind", () => {
    const twin = changed([
      ["clusters", 1],
      { name: "edge", endpoint: { host: "192.168.1.51" }, controlPlane: { replicas: 3 } },
    ]);
    assert.match(
      refusals(twin).join("\n"),
      /clusters\[1\]\.name \("edge"\) is already the name of edge-lab:clusters\[0\]/,
    );
    refusedOnce(
      changed([["clusters", 0, "cni"], { type: "calico" }]),
      "edge-lab:clusters[0].cni.type",
      "cilium or manifest or none",
    );
    refusedOnce(changed([["clusters", 0, "cleaning"], "full"]), '"full"', "metadata or disabled");
    const args = changed([
      ["clusters", 0, "kubeadm"],
      { apiServer: { extraArgs: { "max-requests-inflight": 400 } } },
    ]);
    refusedOnce(args, "extraArgs.max-requests-inflight", "(400)", "put it in quotes");
    refusedOnce(
      changed([["clusters", 0, "users"], [{ name: "me", sshAuthorizedKeys: ["x"] }]]),
      "line of the .pub file",
    );
    refusedOnce(
      changed([["clusters", 0, "healthChecks"], { rebootTimeoutSeconds: 5 }]),
      "(5)",
      "100 seconds",
    );
  });
});

describe("add-ons and versions that are refused", () => {
  const chart = { repository: "https://charts.example.org", chart: "x", version: "1.2.3" };

  it("an add-on that is nothing or two things", () => {
    refusedOnce(
      changed([["addOns"], [{ name: "a" }]]),
      "edge-lab:addOns[0]",
      "neither manifest nor chart",
      "exactly one",
    );
    const manifest = { url: "https://example.org/a.yaml" };
    refusedOnce(changed([["addOns"], [{ name: "a", chart, manifest }]]), "edge-lab:addOns[0]", "both");
  });

  it("an order that names strangers or goes in a circle", () => {
    const stranger = changed([
      ["addOns"],
      [
        { name: "minio", chart },
        { name: "b", chart, dependsOn: ["mino"] },
      ],
    ]);
    refusedOnce(stranger, "edge-lab:addOns[1].dependsOn[0]", '"mino"', "did you mean minio?");
    const circle = changed([
      ["addOns"],
      [
        { name: "a", chart, dependsOn: ["b"] },
        { name: "b", chart, dependsOn: ["a"] },
      ],
    ]);
    assert.match(
      refusals(circle).join("\n"),
      /addOns\[0\]\.dependsOn\[0\] \("b"\) waits for a itself, in a circle/,
    );
  });

  it("a chart without an exact version, a hash that is none", () => {
    refusedOnce(
      changed([["addOns"], [{ name: "a", chart: { ...chart, version: "^1" } }]]),
      '"^1"',
      "not a range",
    );
    const manifest = { url: "https://example.org/a.yaml", sha256: "12" };
    refusedOnce(
      changed([["addOns"], [{ name: "a", manifest }]]),
      "edge-lab:addOns[0].manifest.sha256",
      '"12"',
      "sha256sum",
    );
  });

  it("versions of things that the table does not have", () => {
    const lab = changed([
      ["versions"],
      { manifests: { capm: { version: "v1" } }, images: { "kube-vipp": { tag: "v1" } } },
    ]);
    const lines = refusals(lab);
    assert.match(lines[0] ?? "", /edge-lab:versions\.manifests\.capm is not in.*did you mean capm3\?/);
    assert.match(lines[1] ?? "", /edge-lab:versions\.images\.kube-vipp is not in.*did you mean kube-vip\?/);
  });
});
