import assert from "node:assert/strict";
import { parseLabConfig } from "../../../components/config/parse-lab-config.ts";
import { builtVersions } from "../../../components/config/resolve/built-versions.ts";
import { type Change, changed, refusals, refusedOnce } from "./refusals.ts";

const images = ["nodeImage", "images"];
const build = ["nodeImage", "build"];
const oci = "oci://registry.lan:5000/node/image:1.34";

describe("node images that are built", () => {
  const built = (...changes: readonly Change[]) =>
    builtVersions(parseLabConfig(changed([images, {}], [build, {}], ...changes), { mode: "up" }));

  it("are those of the versions that clusters use, of prebuilt ones none", () => {
    assert.deepEqual(built(), ["v1.34.3"]);
    assert.deepEqual(built([["clusters", 0, "image"], { workers: "v1.33.7" }]), ["v1.33.7", "v1.34.3"]);
    assert.deepEqual(built([["clusters", 0, "kubernetes"], { version: "v1.35.4" }]), ["v1.35.4"]);
    assert.deepEqual(builtVersions(parseLabConfig(changed([build, {}]), { mode: "up" })), []);
    assert.deepEqual(
      built([
        [...build, "kubernetes"],
        ["v1.35.4", "v1.34.3"],
      ]),
      ["v1.34.3", "v1.35.4"],
    );
  });

  it("are named where a version has none", () => {
    const lab = changed([images, {}], [build, { kubernetes: ["v1.35.4"] }]);
    refusedOnce(lab, '"v1.34.3"', "images for v1.35.4", "add it to nodeImage.build.kubernetes");
  });

  it("are refused with settings that do not go together", () => {
    const one = (settings: object, ...parts: string[]) => refusedOnce(changed([build, settings]), ...parts);
    const docker = { engine: "docker", maker: "image-builder" };
    one(docker, "edge-lab:nodeImage.build.maker", "image-builder", "podman");
    one({ kubernetes: ["v1.34.3"] }, "edge-lab:nodeImage.build.kubernetes[0]", "prebuilt", "remove one");
    one({ kubernetes: ["v1.34.3-rc.1"] }, '"v1.34.3-rc.1"', "not a release");
    one({ kubernetes: [] }, "nodeImage.build.kubernetes", "is empty");
    one({ uploadPort: 8088 }, "edge-lab:nodeImage.build.uploadPort (8088)", "image server", "8089");
    one({ uploadPort: 6385 }, "edge-lab:nodeImage.build.uploadPort (6385)", "Ironic's API");
    one({ workFolder: "work" }, '"work"', "absolute path");
    one({ description: "/etc" }, "edge-lab:nodeImage.build.description", "relative to the project");
    one({ maker: "~/maker" }, "edge-lab:nodeImage.build.maker", "relative to the project");
    one({ ssh: "-oProxyCommand=x" }, "edge-lab:nodeImage.build.ssh", "USER@HOST");
    one({ keep: -1 }, "edge-lab:nodeImage.build.keep", "0 or more");
    one({ size: "10" }, "edge-lab:nodeImage.build.size", "40Gi");
    one({ vars: { packages: ["--x"] } }, "edge-lab:nodeImage.build.vars.packages[0]", "is not a package");
    one({ engin: "podman" }, "did you mean engine?");
    refusedOnce(
      changed([build, {}], [["nodeImage", "serve", "enabled"], false]),
      "edge-lab:nodeImage.build",
      "no image server",
    );
  });

  it("go back to earlier ones of the same version only", () => {
    const back = (use: object) => changed([images, {}], [build, { use }]);
    const name = "node-v1.34.3-0123456789ab.raw";
    assert.deepEqual(refusals(back({ "v1.34.3": name })), []);
    const path = 'edge-lab:nodeImage.build.use["v1.34.3"]';
    refusedOnce(back({ "v1.34.3": "node.raw" }), path, '"node.raw"', "pulumi stack output nodeImages");
    refusedOnce(back({ "v1.34.3": "node-v1.35.4-0123456789ab.raw" }), path, "holds Kubernetes v1.35.4");
    refusedOnce(back({ "v1.33.1": name }), 'use["v1.33.1"]', "not built", "v1.34.3");
  });
});

describe("node images in a registry", () => {
  it("are refused where CAPM3 wants a checksum of every image, and taken where it does not", () => {
    const url = [...images, "v1.34.3"];
    const path = 'edge-lab:nodeImage.images["v1.34.3"]';
    refusedOnce(changed([url, { url: oci }]), `${path}.url`, oci, "CAPM3 v1.13.2 refuses", "http(s)");
    const newer = [["versions", "manifests", "capm3"], { version: "v1.14.0" }] as const;
    assert.deepEqual(refusals(changed([url, { url: oci }], newer)), []);
    const both = { url: oci, sha256: "0".repeat(64) };
    refusedOnce(changed([url, both], newer), `${path}.sha256`, "no OCI reference", "remove it");
    refusedOnce(changed([url, { url: "oci://Registry/x" }], newer), "oci://Registry/x", "REGISTRY[:PORT]");
  });

  it("are the only ones without a checksum", () => {
    const lab = changed([[...images, "v1.34.3"], { url: "http://192.168.1.10/i" }]);
    refusedOnce(lab, 'edge-lab:nodeImage.images["v1.34.3"].sha256', "is missing", "add it: Its sha256");
  });
});
