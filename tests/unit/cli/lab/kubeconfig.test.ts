import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { FakeCluster, secretObject } from "./support/fake-cluster.ts";
import { LabProject, repository } from "./support/lab-project.ts";

const secretPath = "/api/v1/namespaces/clusters/secrets/edge-kubeconfig";
const fromSecret = "apiVersion: v1\nkind: Config\n# secret-marker-1\n";
const fromOutputs = "apiVersion: v1\nkind: Config\n# outputs-marker-2\n";

describe("lab kubeconfig", function () {
  this.timeout(60_000);
  let project: LabProject;
  let cluster: FakeCluster;

  beforeEach(async () => {
    project = new LabProject();
    cluster = await FakeCluster.start();
    project.write("kubeconfig", cluster.kubeconfig);
    cluster.objects.set(secretPath, secretObject({ value: fromSecret }));
    project.write("outputs.json", JSON.stringify({ kubeconfigs: { edge: fromOutputs } }));
  });
  afterEach(async () => {
    await cluster.goAway();
    project.remove();
  });

  async function refusal(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await project.lab("kubeconfig", ...args);
    assert.equal(exitCode, 1, stderr);
    assert.equal(stdout, "");
    assert.doesNotMatch(stderr, /marker|\n\s+at /);
    return stderr;
  }

  it("prints the cluster's from the infra cluster, as it is", async () => {
    const run = await project.lab("kubeconfig");
    assert.deepEqual(run, { exitCode: 0, stdout: fromSecret, stderr: "" });
  });

  it("takes what the last update read when the infra cluster is away, and says so", async () => {
    await cluster.goAway();
    const { exitCode, stdout, stderr } = await project.lab("kubeconfig", "edge");
    assert.equal(exitCode, 0, stderr);
    assert.equal(stdout, fromOutputs);
    assert.match(stderr, /does not answer \(.*ECONNREFUSED/);
    await cluster.comeBack();
    cluster.refuse = 503;
    assert.equal((await project.lab("kubeconfig", "edge")).stdout, fromOutputs);
    await cluster.goAway();
    assert.match(await refusal("--from", "infra"), /ECONNREFUSED/);
  });

  it("needs no Pulumi when the stack is named", async () => {
    rmSync(join(project.folder, "pulumi"));
    const run = await project.lab("--stack", "test", "kubeconfig");
    assert.equal(run.stdout, fromSecret, run.stderr);
  });

  it("writes a file for its owner alone, whatever was there", async () => {
    project.write("edge.kubeconfig", "something older and longer than what is to come ".repeat(20));
    const file = join(project.folder, "edge.kubeconfig");
    chmodSync(file, 0o644);
    const run = await project.lab("kubeconfig", "--output", "edge.kubeconfig");
    assert.deepEqual(run, { exitCode: 0, stdout: "", stderr: "" });
    assert.equal(readFileSync(file, "utf8"), fromSecret);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(
      readdirSync(project.folder).filter((name) => name.endsWith(".new")),
      [],
    );
    assert.match(await refusal("--output", "nowhere/file"), /cannot be written \(ENOENT/);
  });

  it("prints the infra cluster's own, one context of it, with nothing left in other files", async () => {
    const { clusters: _, ...rest } = parse(cluster.kubeconfig) as Record<string, unknown>;
    const authority = { name: "lab", cluster: { server: cluster.url, "certificate-authority": "ca.pem" } };
    project.write("kubeconfig", JSON.stringify({ ...rest, clusters: [authority] }));
    project.write("ca.pem", "the authority");
    const { exitCode, stdout, stderr } = await project.lab("kubeconfig", "--infra");
    assert.equal(exitCode, 0, stderr);
    const config = parse(stdout) as { contexts: unknown[]; clusters: { cluster: unknown }[]; users: unknown };
    assert.equal(config.contexts.length, 1);
    assert.deepEqual(config.clusters[0]?.cluster, {
      server: cluster.url,
      "certificate-authority-data": Buffer.from("the authority").toString("base64"),
    });
    assert.deepEqual(config.users, [{ name: "lab", user: { token: cluster.token } }]);
  });

  it("names what there is when cluster, stack or context is not", async () => {
    assert.match(await refusal("edgy"), /no cluster edgy in stack test\. Name one of: edge\./);
    assert.match(await refusal("--stack", "prod"), /stack prod has no file/);
    project.set("infra", { ...(project.config["edge-lab:infra"] as object), context: "labb" });
    assert.match(
      await refusal(),
      /has no context labb; it has: lab, other\. Check edge-lab:infra\.kubeconfig/,
    );
  });

  it("adds it to the file that kubectl uses, and says where and what it is called", async () => {
    cluster.objects.set(secretPath, secretObject({ value: cluster.kubeconfig }));
    project.write(
      "mine",
      cluster.kubeconfig.replaceAll("name: lab", "name: office").replaceAll(": lab", ": office"),
    );
    const { exitCode, stdout, stderr } = await project.lab("kubeconfig", "edge", "--merge", "mine");
    assert.deepEqual([exitCode, stdout], [0, ""], stderr);
    assert.match(stderr, /^context edge@test is in .*\/mine; as it was: .*\/mine\.lab-backup\n$/);
    const merged = parse(readFileSync(join(project.folder, "mine"), "utf8")) as Record<string, unknown>;
    assert.equal(merged["current-context"], "office");
    assert.deepEqual(
      (merged.contexts as { name: string }[]).map(({ name }) => name),
      ["office", "other", "edge@test"],
    );
    assert.match(await refusal("edge", "--use"), /about a merged context\. Add --merge/);
  });

  it("says that the control plane is not there yet, and what shows why", async () => {
    cluster.objects.clear();
    assert.match(await refusal(), /has no kubeconfig yet .*Run pulumi up; lab watch/);
  });

  it("tells a login that the infra cluster refuses", async () => {
    cluster.refuse = 403;
    assert.match(
      await refusal(),
      /HTTP 403: refused with 403\. Check the login in edge-lab:infra\.kubeconfig/,
    );
  });

  for (const [what, files, expected] of [
    ["a stack without outputs", { "outputs.json": "{}" }, /no outputs yet\. Run pulumi up --stack test/],
    [
      "a program that waited for nothing",
      { "outputs.json": JSON.stringify({ kubeconfigs: { edge: "not yet: nothing waits" } }) },
      /hold no kubeconfig of cluster edge \(not yet: nothing waits\)/,
    ],
    [
      "a wrong passphrase",
      { "error.txt": "incorrect passphrase" },
      /use the passphrase that it was made with/,
    ],
    [
      "a missing passphrase",
      {
        "error.txt": "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
      },
      /Fix: export PULUMI_CONFIG_PASSPHRASE/,
    ],
    ["a stack that was never made", { "error.txt": "no stack named 'test' found" }, /Fix: --stack NAME/],
  ] as const) {
    it(`explains ${what}`, async () => {
      for (const [name, text] of Object.entries(files)) project.write(name, text);
      assert.match(await refusal("--from", "stack"), expected);
    });
  }
});

describe("the stack that lab is about", function () {
  this.timeout(60_000);
  let project: LabProject;
  beforeEach(() => {
    project = new LabProject();
  });
  afterEach(() => project.remove());

  const stacks = (...names: readonly string[]): void =>
    project.write("stacks.json", JSON.stringify(names.map((name) => ({ name, current: false }))));

  /** Which stack was taken shows in what it complains about: its kubeconfig or its file. */
  async function complaint(...args: string[]): Promise<string> {
    return (await project.lab(...args, "kubeconfig")).stderr;
  }

  it("is the one named, the selected one, the only one", async () => {
    assert.match(await complaint("--stack", "prod"), /stack prod has no file .*Pulumi\.prod\.yaml/);
    assert.match(await complaint(), /there is no kubeconfig .*kubeconfig/);
    stacks("org/edge-lab/prod");
    assert.match(await complaint(), /stack prod has no file/);
  });

  it("is one of the command's own project when called through a link from another folder", async () => {
    const { bin } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
      bin: Readonly<Record<string, string>>;
    };
    rmSync(join(project.folder, "Pulumi.yaml"));
    symlinkSync(join(repository, bin.lab ?? ""), join(project.folder, "lab"));
    const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
    const run = await execa(join(project.folder, "lab"), ["--stack", "nowhere", "hosts"], {
      cwd: project.folder,
      env,
      reject: false,
    });
    assert.equal(run.exitCode, 1);
    assert.equal(
      run.stderr.includes(`has no file ${join(repository, "Pulumi.nowhere.yaml")}`),
      true,
      run.stderr,
    );
  });

  it("is asked for when there are several or none", async () => {
    stacks("a", "b");
    assert.match(await complaint(), /none of the stacks a, b is selected\. Name one: --stack NAME/);
    stacks();
    assert.match(await complaint(), /there is no stack yet\. Stack files here: test\./);
  });
});
