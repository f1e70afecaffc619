import assert from "node:assert/strict";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

interface Result {
  readonly code: number;
  readonly comment: string;
  readonly log: string;
}

describe("a pull request", function () {
  this.timeout(900_000);
  const lab = sharedLab();
  const { projectDir, stateDir, stack, configFile } = lab.settings;
  const output = join(stateDir, "comment.md");
  let merged = "";

  before(async () => {
    await sharedLabUp();
    merged = readFileSync(configFile, "utf8");
  });
  afterEach(() => {
    const text = readFileSync(configFile, "utf8");
    if (text !== merged) lab.edit(() => merged);
  });

  /** `npm run ci:preview` as the lab's runner has it, with other or no access to the state. */
  async function ciPreview(
    args: readonly string[] = [],
    access: Readonly<Record<string, string>> = {},
  ): Promise<Result> {
    const where = ["--stack", stack, "--config-file", configFile, "--output", output];
    const result = await execa(
      process.execPath,
      [join(projectDir, "cli", "ci-preview.ts"), ...where, ...args],
      {
        cwd: projectDir,
        env: { ...(await lab.environment()), ...access, GITHUB_STEP_SUMMARY: "" },
        reject: false,
        stdin: "ignore",
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    const log = result.stdout + result.stderr;
    assert.ok(existsSync(output), log);
    const comment = readFileSync(output, "utf8");
    rmSync(output);
    // What pulumi prints meanwhile is on standard error.
    assert.equal(result.stdout.trim(), comment.trim());
    return { code: result.exitCode ?? 255, comment, log };
  }

  /** The plan of a comment, without where the preview stood. */
  const table = (comment: string): string => /### Plan\n([\s\S]*?)(\n### |\n<!-- )/.exec(comment)?.[1] ?? "";

  const upgrade = (text: string): string => text.replace(/version: v1\.34\.3$/m, "version: v1.35.4");
  const otherMac = (text: string): string => text.replace("00:00:5e:00:53:11", "00:00:5e:00:53:99");

  it("has the same plan with the lab and without it, and says what could not be asked", async () => {
    lab.edit(upgrade);
    const inside = await ciPreview();
    assert.equal(inside.code, 0, inside.log);
    assert.match(inside.comment, /^Stack `engine`, compared with the state in file:/);
    assert.match(
      inside.comment,
      /\*\*0 to create, \d+ to update, \d+ to replace, 0 to delete\*\*; no policy stops it/,
    );
    assert.match(
      table(inside.comment),
      /update \| Cluster \| lab-cluster-edge-cluster \| .*spec\.topology\.version/,
    );
    assert.doesNotMatch(inside.comment, /infra cluster was not asked/);

    const kubeconfig = join(stateDir, "kubeconfig");
    renameSync(kubeconfig, `${kubeconfig}.away`);
    try {
      const outside = await ciPreview();
      assert.equal(outside.code, 0, outside.log);
      assert.equal(table(outside.comment), table(inside.comment));
      assert.match(outside.comment, /- The infra cluster was not asked \(client-side only preview/);
    } finally {
      renameSync(`${kubeconfig}.away`, kubeconfig);
    }

    const plain = await lab.pulumi("preview", ["--json"]);
    const { steps } = JSON.parse(plain.stdout) as { steps: { op: string; urn: string }[] };
    const named = (wanted: string): string[] =>
      steps
        .filter(({ op, urn }) => op === wanted && !urn.includes("pulumi:pulumi:Stack::"))
        .map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2))
        .sort();
    for (const operation of ["create", "update", "replace", "delete"]) {
      const row = new RegExp(`^\\| \`\\S+\` ${operation} \\| \\S+ \\| (\\S+) \\|`, "gm");
      const shown = [...table(inside.comment).matchAll(row)].map(([, name]) => name ?? "").sort();
      assert.deepEqual(shown, named(operation), operation);
    }
  });

  it("is compared with an exported state where there is no backend, and with nothing where there is no state", async () => {
    const exported = join(stateDir, "exported.json");
    const env = await lab.environment();
    await execa("pulumi", ["stack", "export", "--stack", stack, "--file", exported], {
      cwd: projectDir,
      env,
    });
    lab.edit(upgrade);
    const withBackend = await ciPreview();
    const nowhere = { PULUMI_BACKEND_URL: "", PULUMI_HOME: join(stateDir, "empty-home") };
    const withFile = await ciPreview(["--state", exported], nowhere);
    assert.equal(withFile.code, 0, withFile.log);
    assert.match(withFile.comment, /compared with the state in exported\.json of \d{4}-/);
    assert.equal(table(withFile.comment), table(withBackend.comment));

    const without = await ciPreview([], nowhere);
    assert.equal(without.code, 0, without.log);
    assert.match(without.comment, /^No state: stack `engine` is compared with nothing/);
    assert.match(without.comment, /\*\*\d+ to create, 0 to update, 0 to replace, 0 to delete\*\*/);
  });

  it("that a policy stops ends with 5 and says why; the one that is allowed passes", async () => {
    lab.edit(otherMac);
    const stopped = await ciPreview();
    assert.equal(stopped.code, 5, stopped.log);
    assert.match(stopped.comment, /\*\*stops\*\* `host-identity`: the boot MAC of host m920q-1 changes/);
    const entry = `{policy: host-identity, of: m920q-1, to: "00:00:5e:00:53:99", because: a test}`;
    lab.edit((text) => text.replace(/^ +edge-lab:protect:/m, `  edge-lab:allowedChanges: [${entry}]\n$&`));
    const allowed = await ciPreview();
    assert.equal(allowed.code, 0, allowed.log);
    assert.match(
      table(allowed.comment),
      /update \| BareMetalHost \| lab-hosts-m920q-1 \| `spec\.bootMACAddress`/,
    );
  });

  it("that was merged all the same is stopped by up, before anything is touched", async () => {
    lab.edit(otherMac);
    // With the preview that `up` makes by itself: Pulumi asks policies one resource at a time, so that without it those that
    // come before the host would be changed already.
    const up = await lab.pulumi("up", ["--yes", "--policy-pack", "policy"]);
    assert.notEqual(up.code, 0);
    assert.match(up.stdout + up.stderr, /the boot MAC of host m920q-1 changes from 00:00:5e:00:53:11/);
    assert.equal(await lab.field("bmh", "m920q-1", ".spec.bootMACAddress"), "00:00:5e:00:53:11");
    lab.edit(() => merged);
    const unchanged = await lab.pulumi("preview", ["--expect-no-changes"]);
    assert.equal(unchanged.code, 0, unchanged.stdout + unchanged.stderr);
  });
});
