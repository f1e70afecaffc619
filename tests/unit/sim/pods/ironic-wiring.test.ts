import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeObject } from "../../../../sim/kubernetes/kube-object.ts";
import type { ResourceKind } from "../../../../sim/kubernetes/resource-kind.ts";
import { ironicEnvironment } from "../../../../sim/standins/pods/ironic-wiring.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("the baremetal-operator's way to Ironic", () => {
  let folder: string;
  const objects = new Map<string, KubeObject>();
  const client = {
    get: async <T extends KubeObject>(kind: ResourceKind, name: string, namespace?: string) =>
      objects.get(`${kind.kind} ${namespace}/${name}`) as T | undefined,
  };
  const declared = { IRONIC_NAME: "ironic", IRONIC_NAMESPACE: "bmo", OTHER: "kept" };
  const wired = (environment: Record<string, string> = declared) =>
    ironicEnvironment(client, environment, "bmo", folder);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-ironic-"));
    objects.set("Ironic bmo/ironic", {
      metadata: { name: "ironic" },
      spec: {
        apiCredentialsName: "api",
        networking: { ipAddress: "127.20.0.1" },
        tls: { certificateName: "tls" },
      },
    });
    const login = { username: base64("ironic"), password: base64("s3cret") };
    objects.set("Secret bmo/api", { metadata: { name: "api" }, data: login });
    objects.set("Secret bmo/tls", { metadata: { name: "tls" }, data: { "ca.crt": base64("CA") } });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is the address, the login and the authority of the named resource", async () => {
    const { METAL3_AUTH_ROOT_DIR: root = "", IRONIC_CACERT_FILE: ca = "", ...others } = await wired();
    assert.deepEqual(others, { OTHER: "kept", IRONIC_ENDPOINT: "https://127.20.0.1:6385/v1/" });
    assert.equal(readFileSync(join(root, "ironic", "username"), "utf8"), "ironic");
    assert.equal(readFileSync(join(root, "ironic", "password"), "utf8"), "s3cret");
    assert.equal(statSync(join(root, "ironic", "password")).mode & 0o077, 0);
    assert.equal(readFileSync(ca, "utf8"), "CA");
  });

  it("is another one after a change of the password, which is read at the start only", async () => {
    const before = await wired();
    assert.deepEqual(await wired(), before);
    const login = { username: base64("ironic"), password: base64("other") };
    objects.set("Secret bmo/api", { metadata: { name: "api" }, data: login });
    assert.notEqual((await wired()).METAL3_AUTH_ROOT_DIR, before.METAL3_AUTH_ROOT_DIR);
  });

  it("is plain HTTP at another port where that is declared", async () => {
    const networking = { ipAddress: "fd00::1", apiPort: 1234 };
    objects.set("Ironic bmo/ironic", {
      metadata: { name: "ironic" },
      spec: { apiCredentialsName: "api", networking },
    });
    const { IRONIC_ENDPOINT, IRONIC_CACERT_FILE } = await wired();
    assert.deepEqual([IRONIC_ENDPOINT, IRONIC_CACERT_FILE], ["http://[fd00::1]:1234/v1/", undefined]);
  });

  it("is left as declared until all of it is there, and where no resource is named", async () => {
    for (const missing of ["Secret bmo/tls", "Secret bmo/api", "Ironic bmo/ironic"]) {
      objects.delete(missing);
      assert.deepEqual(await wired(), declared, missing);
    }
    const elsewhere = { IRONIC_ENDPOINT: "http://192.0.2.1:6385/v1/" };
    assert.deepEqual(await wired(elsewhere), elsewhere);
  });
});
