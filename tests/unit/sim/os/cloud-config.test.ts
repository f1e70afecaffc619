import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  type CloudConfig,
  ignoredKeys,
  readCloudConfig,
} from "../../../../sim/machine/os/cloud-config/cloud-config.ts";
import { shellScript } from "../../../../sim/machine/os/cloud-config/shell-script.ts";
import { writeFiles } from "../../../../sim/machine/os/cloud-config/write-files.ts";

describe("readCloudConfig", () => {
  it("reads what the bootstrap provider writes", () => {
    const config = readCloudConfig(
      [
        "## template: jinja",
        "#cloud-config",
        "",
        "write_files:",
        "-   path: /run/kubeadm/kubeadm.yaml",
        "    owner: root:root",
        "    permissions: '0640'",
        "    content: |",
        "      ---",
        "      name: '{{ ds.meta_data.local_hostname }}'",
        "runcmd:",
        "  - 'kubeadm init --config /run/kubeadm/kubeadm.yaml  && echo success'",
        "mounts:",
        "  - - LABEL=longhorn",
        "    - /var/lib/longhorn",
      ].join("\n"),
      { local_hostname: "m1" },
    );
    assert.equal(config.write_files?.[0]?.content, "---\nname: 'm1'\n");
    assert.deepEqual(config.runcmd, ["kubeadm init --config /run/kubeadm/kubeadm.yaml  && echo success"]);
    assert.deepEqual(config.mounts, [["LABEL=longhorn", "/var/lib/longhorn"]]);
  });

  it("reads an unquoted mode as Python does: octal", () => {
    const config = readCloudConfig("#cloud-config\nwrite_files: [{path: /a, permissions: 0640}]\n", {});
    assert.equal(config.write_files?.[0]?.permissions, 0o640);
  });

  it("names what is not played", () => {
    assert.deepEqual(ignoredKeys(readCloudConfig("#cloud-config\nusers: []\nntp: {}\nruncmd: []\n", {})), [
      "users",
      "ntp",
    ]);
  });

  for (const [text, message] of [
    ["#!/bin/sh\n", /does not begin with #cloud-config/],
    ["#cloud-config\na: [\n", /no YAML/],
    ["#cloud-config\nwrite_files: [{path: relative}]\n", /write_files\.0\.path: must be absolute/],
    ["#cloud-config\nruncmd: {}\n", /runcmd/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => readCloudConfig(text, {}), message));
  }

  it("shows nothing of a file that is no YAML, since it may hold keys", () => {
    assert.throws(
      () => readCloudConfig("#cloud-config\nsecret: 'abc\n", {}),
      (error: Error) => !error.message.includes("abc"),
    );
  });

  it("an empty user-data is an empty configuration", () => assert.deepEqual(readCloudConfig("", {}), {}));
});

describe("writeFiles", () => {
  let root: string;
  const write = (...files: NonNullable<CloudConfig["write_files"]>) => writeFiles(files, root);
  const text = (path: string) => readFileSync(join(root, path), "utf8");

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "edge-lab-files-"));
    mkdirSync(join(root, "etc"));
    writeFileSync(join(root, "etc/passwd"), "me:x:1:1::/:/bin/sh\n");
    writeFileSync(join(root, "etc/group"), "us:x:2:\n");
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  for (const [encoding, content] of [
    [undefined, "plain"],
    ["text/plain", "plain"],
    ["b64", Buffer.from("plain").toString("base64")],
    ["base64", Buffer.from("plain").toString("base64")],
    ["gzip+base64", gzipSync("plain").toString("base64")],
    ["gz+b64", gzipSync("plain").toString("base64")],
    ["gzip", gzipSync("plain").toString("latin1")],
  ] as const) {
    it(`decodes ${encoding ?? "no encoding"}`, () => {
      assert.deepEqual(write({ path: "/a/b", content, encoding }), []);
      assert.equal(text("a/b"), "plain");
    });
  }

  it("sets permissions, 0644 without any", () => {
    write({ path: "/a", permissions: "0600" }, { path: "/b" }, { path: "/c", permissions: 0o755 });
    const modes = ["a", "b", "c"].map((path) => (statSync(join(root, path)).mode & 0o777).toString(8));
    assert.deepEqual(modes, ["600", "644", "755"]);
  });

  it("appends, or replaces", () => {
    write({ path: "/a", content: "1" }, { path: "/a", content: "2", append: true });
    assert.equal(text("a"), "12");
    write({ path: "/a", content: "3" });
    assert.equal(text("a"), "3");
  });

  it("goes on after a file that cannot be written, and tells it without its content", () => {
    const problems = write(
      { path: "/a", content: "secret", encoding: "rot13" },
      { path: "/b", content: "b", owner: "nobody-here" },
      { path: "/c", content: "c" },
    );
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? "", /write_files \/a: the encoding "rot13"/);
    assert.match(problems[1] ?? "", /"nobody-here" is not in/);
    assert.doesNotMatch(problems.join(), /secret/);
    assert.equal(text("c"), "c");
  });
});

describe("shellScript", () => {
  it("takes texts as they stand and quotes the words of lists", () => {
    const script = shellScript(["a && b > c", ["echo", "it's", "$HOME"]]);
    assert.equal(script, "#!/bin/sh\na && b > c\n'echo' 'it'\\''s' '$HOME'\n");
  });
});
