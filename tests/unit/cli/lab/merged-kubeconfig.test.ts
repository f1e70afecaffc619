import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { mergeIntoFile } from "../../../../cli/lab/merge-into-file.ts";
import { mergedKubeconfig } from "../../../../cli/lab/merged-kubeconfig.ts";

const kubeconfig = (server: string): string =>
  stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "edge-admin@edge",
    contexts: [{ name: "edge-admin@edge", context: { cluster: "edge", user: "edge-admin" } }],
    clusters: [{ name: "edge", cluster: { server, "certificate-authority-data": "Y2E=" } }],
    users: [{ name: "edge-admin", user: { "client-key-data": "a2V5" } }],
  });

const others = `# of the office
apiVersion: v1
kind: Config
current-context: office
preferences: {}
contexts:
- name: office
  context: {cluster: office, user: me, namespace: mine}
clusters:
- name: office
  cluster:
    server: https://office:6443 # by VPN
users:
- name: me
  user:
    token: office-token
`;

interface Read {
  readonly "current-context": string;
  readonly contexts: { name: string; context: Record<string, string> }[];
  readonly clusters: { name: string; cluster: { server: string } }[];
  readonly users: { name: string }[];
}
const merged = (
  present: string,
  changes: { name?: string; select?: boolean; server?: string } = {},
): string =>
  mergedKubeconfig({
    present,
    added: kubeconfig(changes.server ?? "https://172.24.0.50:6443"),
    name: changes.name ?? "edge@lab",
    select: changes.select ?? false,
    path: "/home/me/.kube/config",
  });
const read = (text: string): Read => parse(text) as Read;

describe("a merged kubeconfig", () => {
  it("has one more context of a name of its own, and everything else as it was", () => {
    const text = merged(others);
    const { contexts, clusters, users } = read(text);
    assert.deepEqual(contexts, [
      { name: "office", context: { cluster: "office", user: "me", namespace: "mine" } },
      { name: "edge@lab", context: { cluster: "edge@lab", user: "edge@lab" } },
    ]);
    assert.deepEqual(
      clusters.map(({ name, cluster }) => [name, cluster.server]),
      [
        ["office", "https://office:6443"],
        ["edge@lab", "https://172.24.0.50:6443"],
      ],
    );
    assert.deepEqual(
      users.map(({ name }) => name),
      ["me", "edge@lab"],
    );
    assert.match(text, /^# of the office\n/);
    assert.match(text, /https:\/\/office:6443 # by VPN/);
  });

  it("leaves the current context alone unless told or there is none", () => {
    assert.equal(read(merged(others))["current-context"], "office");
    assert.equal(read(merged(others, { select: true }))["current-context"], "edge@lab");
    assert.equal(read(merged(""))["current-context"], "edge@lab");
    // kubectl writes an empty file like that.
    const bare =
      'apiVersion: v1\nclusters: null\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers: []\n';
    assert.equal(read(merged(bare)).contexts.length, 1);
    assert.equal(read(merged(bare))["current-context"], "edge@lab");
  });

  it("renews what it put there, and changes nothing when nothing changed", () => {
    const once = merged(others);
    assert.equal(merged(once), once);
    const again = read(merged(once, { server: "https://172.24.0.51:6443" }));
    assert.equal(again.clusters.length, 2);
    assert.equal(again.clusters[1]?.cluster.server, "https://172.24.0.51:6443");
  });

  it("refuses a name that somebody else has, and what is no kubeconfig, without a word of it", () => {
    assert.throws(
      () => merged(others, { name: "office" }),
      /context office that uses or takes the name office .* --name/,
    );
    // A user "me" that the context office needs.
    assert.throws(() => merged(others, { name: "me" }), /context office that uses or takes the name me/);
    for (const text of ["- office-token\n", "contexts: office-token\n", "a: [office-token\n"]) {
      assert.throws(
        () => merged(text),
        ({ message }: Error) => /config is no kubeconfig/.test(message) && !message.includes("office-token"),
      );
    }
  });
});

describe("merging into a file", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-merge-"));
    file = join(folder, "config");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const mode = (path: string): number => statSync(path).mode & 0o777;

  it("keeps what was there beside it, and the file's mode", async () => {
    writeFileSync(file, "old", { mode: 0o640 });
    assert.equal(await mergeIntoFile(file, (present) => `${present} and new`), `${file}.lab-backup`);
    assert.equal(readFileSync(file, "utf8"), "old and new");
    assert.equal(readFileSync(`${file}.lab-backup`, "utf8"), "old");
    assert.deepEqual([mode(file), mode(`${file}.lab-backup`)], [0o640, 0o640]);
    assert.ok(!existsSync(`${file}.lock`));
  });

  it("makes a file, and its folder, for its owner alone", async () => {
    const deep = join(folder, ".kube", "config");
    assert.equal(await mergeIntoFile(deep, () => "new"), undefined);
    assert.equal(mode(deep), 0o600);
  });

  it("writes through a link, which stays one", async () => {
    writeFileSync(file, "old");
    const link = join(folder, "link");
    symlinkSync(file, link);
    await mergeIntoFile(link, () => "new");
    assert.equal(readFileSync(file, "utf8"), "new");
  });

  it("touches nothing when nothing changes, when the change is refused, or while somebody else writes", async () => {
    writeFileSync(file, "old");
    assert.equal(await mergeIntoFile(file, (present) => present), undefined);
    const refuse = (): never => {
      throw new Error("no");
    };
    await assert.rejects(mergeIntoFile(file, refuse), /no/);
    writeFileSync(`${file}.lock`, "");
    await assert.rejects(
      mergeIntoFile(file, () => "new"),
      /being written by somebody else/,
    );
    assert.equal(readFileSync(file, "utf8"), "old");
    assert.ok(!existsSync(`${file}.lab-backup`));
    assert.ok(existsSync(`${file}.lock`));
  });
});
