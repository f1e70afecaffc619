import assert from "node:assert/strict";
import type { Lab } from "../../../components/lab.ts";
import { devicePassword } from "../harness/lab-config.ts";
import { labSchemas } from "../harness/lab-schemas.ts";
import type { RecordedResource } from "../harness/recorded-resource.ts";
import type { Recording } from "../harness/recording.ts";
import type { SchemaSet } from "../harness/schema-set.ts";
import { recordedLab } from "./recorded-lab.ts";

const identity = "-----BEGIN OPENSSH PRIVATE KEY-----\nkey-marker-8a1\n-----END OPENSSH PRIVATE KEY-----";
const knownHosts = "git.example ssh-ed25519 AAAAC3Nza";
const ssh = { type: "flux", url: "ssh://git@git.example/me/lab.git", path: "./clusters/edge", knownHosts };
const https = { type: "flux", url: "https://git.example/me/lab.git" };

describe("what a cluster follows in Git", function () {
  this.timeout(300_000);
  let schemas: SchemaSet;
  before(async () => {
    schemas = await labSchemas();
  });

  function follower(gitOps: object, git: object = {}, preview = false): Promise<Recording<Lab>> {
    const login = { password: devicePassword };
    const defaults = { amt: login, tapo: { ...login, username: "someone@example.org" } };
    const cluster = { name: "edge", endpoint: { host: "192.168.1.50" }, workers: { replicas: 3 }, gitOps };
    const changes = { "edge-lab:clusters": [cluster], "edge-lab:credentials": { defaults, git } };
    return recordedLab({ stack: "lab", preview, changes });
  }
  const parts = (lab: Recording<Lab>): RecordedResource[] =>
    lab.resources.filter(({ name, custom }) => custom && name.startsWith("lab-cluster-edge-gitops"));
  const spec = (lab: Recording<Lab>): unknown => {
    const { values } = lab.resource("lab-cluster-edge-gitops-sync").inputs;
    return (values as { gitRepository: { spec: unknown } }).gitRepository.spec;
  };

  it("is a public repository without a login", async () => {
    const lab = await follower(https);
    assert.deepEqual(
      parts(lab).map(({ name }) => name.split("-").at(-1)),
      ["controllers", "sync"],
    );
    assert.deepEqual(spec(lab), { url: https.url, ref: { branch: "main" } });
  });

  it("is a private one by a deploy key, in a Secret as Flux reads it", async () => {
    const lab = await follower(ssh, { edge: { identity } });
    const secret = lab.object("Secret", "edge-lab-git", "flux-system");
    const { resource, ...object } = secret;
    assert.deepEqual(schemas.errors(object), []);
    const data = object.data as Record<string, string>;
    const texts = Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]);
    assert.deepEqual(Object.fromEntries(texts), { identity: `${identity}\n`, known_hosts: knownHosts });
    assert.deepEqual(spec(lab), {
      url: ssh.url,
      ref: { branch: "main" },
      secretRef: { name: "edge-lab-git" },
    });
    assert.ok(lab.isAfter(lab.resource("lab-cluster-edge-gitops-sync"), resource));
    assert.ok(lab.isAfter(resource, lab.resource("lab-cluster-edge-gitops-controllers")));
  });

  it("is a private one by a token", async () => {
    const lab = await follower(https, { edge: { username: "git", password: "token-marker-2d7" } });
    const { data } = lab.object("Secret", "edge-lab-git", "flux-system");
    assert.deepEqual(Object.keys(data as object).sort(), ["password", "username"]);
  });

  it("stands with its login nowhere but in that Secret, and there as a secret", async () => {
    for (const preview of [true, false]) {
      const lab = await follower(ssh, { edge: { identity } }, preview);
      for (const { name, readable } of lab.resources) {
        const text = JSON.stringify(readable);
        for (const form of ["key-marker-8a1", Buffer.from(`${identity}\n`).toString("base64")])
          assert.ok(!text.includes(form), name);
      }
    }
  });

  it("comes when the cluster has settled", async () => {
    const lab = await follower(ssh, { edge: { identity } });
    for (const part of parts(lab))
      assert.ok(lab.isAfter(part, lab.resource("lab-cluster-edge-settled-wait")), part.name);
  });

  it("never holds up the cluster's end: it goes with the Cluster, and with an API that is dead", async () => {
    const lab = await follower(ssh, { edge: { identity } });
    const cluster = lab.resource("lab-cluster-edge-cluster");
    const provider = lab.resource("lab-cluster-edge-access-provider");
    assert.equal(provider.inputs.deleteUnreachable, "true");
    const onCluster = [...parts(lab), lab.resource("lab-cluster-edge-access-cilium")];
    assert.equal(onCluster.length, 4);
    for (const { name, options } of onCluster) {
      const { deletedWith } = options;
      assert.ok(deletedWith !== undefined, name);
      const urn = await new Promise((done) => {
        if (typeof deletedWith === "object" && "urn" in deletedWith) deletedWith.urn.apply(done);
      });
      assert.equal(urn, cluster.urn, name);
    }
  });
});
