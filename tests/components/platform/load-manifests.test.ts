import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { loadManifests, type ManifestConfig } from "../../../components/manifests/load-manifests.ts";
import { manifests as table } from "../../../components/versions.ts";
import { ReleaseServer, sha256 } from "./release-server.ts";

describe("loading the lab's manifests", () => {
  const namespace = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: "${name}" }\n`;
  const configMap = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: gate }\ndata: { topology: '\${CLUSTER_TOPOLOGY:=false}' }\n`;
  let server: ReleaseServer;
  let cache: string;
  let warnings: string[];

  beforeEach(async () => {
    server = await ReleaseServer.start();
    cache = await mkdtemp(join(tmpdir(), "edge-lab-manifests-"));
    warnings = [];
  });
  afterEach(async () => {
    await server.stop();
    await rm(cache, { recursive: true, force: true });
  });

  const body = (name: string) => `${namespace(name)}---\n${configMap}`;

  /** Every manifest of the table from the server, pinned unless named in `unpinned`. */
  function config(
    manifests: ManifestConfig["manifests"],
    changes: { unpinned?: readonly string[]; addOns?: ManifestConfig["addOns"] } = {},
  ): ManifestConfig {
    const entries = Object.keys(table).map((name) => {
      server.answer(`/${name}.yaml`, { status: 200, body: body(name) });
      const hash = changes.unpinned?.includes(name) ? "" : sha256(body(name));
      return [name, { url: server.url(`/${name}.yaml`), sha256: hash }] as const;
    });
    return {
      manifests,
      versions: { manifests: Object.fromEntries(entries), images: {} },
      addOns: changes.addOns ?? [],
    };
  }
  async function modules(): Promise<void> {
    await mkdir(join(cache, "manifests", "modules", "definitions"), { recursive: true });
    for (const { name, version } of Object.values(table)) {
      await writeFile(
        join(cache, "manifests", "modules", "definitions", `${name}-${version}.yaml`),
        namespace(`${name}-of-modules`),
      );
    }
  }
  const load = (lab: ManifestConfig, preview: boolean) =>
    loadManifests(lab, {
      preview,
      cache,
      fetch: { backOff: 1, attempts: 2 },
      warn: (message) => {
        warnings.push(message);
      },
    });
  const auto = { source: "auto", allowUnpinned: false, modules: "definitions" } as const;

  it("takes pinned releases, with our variables in them, and warns of nothing", async () => {
    const set = await load(config(auto), false);
    const core = set.components["cluster-api-core"];
    assert.equal(core.source, "release");
    assert.deepEqual(core.objects[1]?.data, { topology: "true" });
    assert.deepEqual(set.components.capm3.objects[1]?.data, { topology: "false" });
    // cert-manager's file is no template: what looks like a variable there is somebody else's.
    assert.deepEqual(set.components["cert-manager"].objects[1]?.data, {
      topology: `\${CLUSTER_TOPOLOGY:=false}`,
    });
    assert.deepEqual(set.problems, []);
    assert.deepEqual(warnings, []);
  });

  it("works with the network down once everything is cached", async () => {
    const lab = config(auto);
    await load(lab, false);
    await server.stop();
    const set = await load(lab, false);
    assert.deepEqual(
      new Set(Object.values(set.components).map(({ source }) => source)),
      new Set(["release"]),
    );
  });

  it("of modules never touches the network, and names what they lack, once", async () => {
    await modules();
    const addOns = [
      {
        name: "mine",
        namespace: "default",
        dependsOn: [],
        manifest: { url: server.url("/mine.yaml"), sha256: "" },
      },
    ];
    const lab = config({ source: "modules", allowUnpinned: true, modules: "definitions" }, { addOns });
    const set = await load(lab, true);
    assert.deepEqual(server.requests, []);
    assert.equal(set.components.capm3.source, "modules");
    assert.equal(set.addOns.get("mine")?.source, "missing");
    assert.equal(set.problems.length, Object.keys(table).length + 1);
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0] ?? "",
      /capm3 v1\.13\.2, cert-manager v1\.21\.1, .*: only what its Go modules hold: .*no Deployment/,
    );
    assert.match(warnings[0] ?? "", /- mine unpinned: nothing of it could be had/);
    // An update that left it out would delete it.
    await assert.rejects(load(lab, false), /mine unpinned: .*not in the cache/);
  });

  it("names a module file that is not there, and refuses an update without it", async () => {
    const lab = config({ source: "modules", allowUnpinned: false, modules: "definitions" });
    await assert.rejects(load(lab, false), /ipam v1\.13\.2: .*ipam-v1\.13\.2\.yaml/);
    const set = await load(lab, true);
    assert.equal(set.components.ipam.source, "missing");
    assert.match(
      set.problems.find(({ component }) => component === "ipam")?.missing ?? "",
      /ipam-v1\.13\.2\.yaml/,
    );
  });

  it("in a preview shows the modules' part of what is not pinned, and says how to pin", async () => {
    await modules();
    const set = await load(config(auto, { unpinned: ["capm3"] }), true);
    assert.equal(set.components.capm3.source, "modules");
    assert.equal(set.components.ipam.source, "release");
    assert.deepEqual(
      set.problems.map(({ component }) => component),
      ["capm3"],
    );
    assert.match(warnings[0] ?? "", /capm3 v1\.13\.2: .*not pinned.*npm run versions -- pin/);
    assert.ok(!server.requests.includes("/capm3.yaml"));
  });

  it("refuses an update with anything unpinned: all of it in one error", async () => {
    await modules();
    await assert.rejects(load(config(auto, { unpinned: ["capm3", "ipam"] }), false), (error: unknown) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(
        error.message,
        /capm3 v1\.13\.2: .*not pinned[\s\S]*ipam v1\.13\.2: .*npm run versions -- pin/,
      );
      return true;
    });
  });

  it("takes an unpinned release when the lab allows it", async () => {
    const set = await load(
      config({ source: "auto", allowUnpinned: true, modules: "definitions" }, { unpinned: ["capm3"] }),
      false,
    );
    assert.equal(set.components.capm3.source, "release");
  });

  it("falls back to the modules in a preview without a network, but never in an update", async () => {
    await modules();
    const lab = config(auto);
    await server.stop();
    const set = await load(lab, true);
    assert.equal(set.components["baremetal-operator"].source, "modules");
    assert.match(set.problems[0]?.missing ?? "", /only what its Go modules hold.*ECONNREFUSED/);
    await assert.rejects(load(lab, false), /baremetal-operator v0\.13\.2: .*ECONNREFUSED/);
  });

  it("shows nothing of what is unreachable when the release alone is wanted", async () => {
    await modules();
    const lab = config({ source: "release", allowUnpinned: false, modules: "definitions" });
    await server.stop();
    assert.equal((await load(lab, true)).components.ipam.source, "missing");
  });

  it("refuses a wrong hash and an error page in previews too, all at once", async () => {
    const lab = config(
      { source: "auto", allowUnpinned: true, modules: "definitions" },
      { unpinned: ["ipam"] },
    );
    server.answer("/capm3.yaml", { status: 200, body: "something else" });
    server.answer("/ipam.yaml", { status: 200, body: "<html>Sign in</html>" });
    await assert.rejects(load(lab, true), (error: unknown) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(error.message, /capm3 v1\.13\.2: .*sha256[\s\S]*ipam v1\.13\.2: this is a web page/);
      return true;
    });
  });

  it("loads the user's own manifests, with what looks like a variable left alone", async () => {
    server.answer("/mine.yaml", { status: 200, body: configMap });
    const manifest = { url: server.url("/mine.yaml"), sha256: sha256(configMap) };
    const addOns = [{ name: "mine", namespace: "default", dependsOn: [], manifest }];
    const mine = (await load(config(auto, { addOns }), false)).addOns.get("mine");
    assert.deepEqual(mine?.objects[0]?.data, { topology: `\${CLUSTER_TOPOLOGY:=false}` });
    assert.equal(mine?.version, sha256(configMap).slice(0, 12));
  });

  it("takes a moved version for unpinned until it has a hash of its own", async () => {
    const lab: ManifestConfig = {
      manifests: { source: "release", allowUnpinned: false, modules: "definitions" },
      versions: { manifests: { ipam: { version: "v1.14.0" } }, images: {} },
      addOns: [],
    };
    const set = await load(lab, true);
    const problem = set.problems.find(({ component }) => component === "ipam");
    assert.equal(problem?.version, "v1.14.0");
    assert.match(problem?.missing ?? "", /not pinned/);
  });
});
