import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { commentMark } from "../../../cli/ci-preview/comment.ts";
import { names, repository, script, stepsOf, type Workflow, workflowFile } from "./workflow-files.ts";

const files = names.map((name) => [name, workflowFile(name)] as const);
const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

describe("the workflows", () => {
  for (const [name, file] of files) {
    it(`${name} may read and no more, but for a job that runs nothing out of the repository`, () => {
      assert.deepEqual(file.permissions, { contents: "read" });
      for (const [job, { permissions, steps }] of Object.entries(file.jobs)) {
        if (permissions === undefined) continue;
        const known: Readonly<Record<string, unknown>> = {
          "preview comment": { "pull-requests": "write" },
          "docs deploy": { pages: "write", "id-token": "write" },
        };
        assert.deepEqual(permissions, known[`${name} ${job}`]);
        assert.ok(!steps.some(({ uses }) => uses?.startsWith("actions/checkout@")));
      }
    });

    it(`${name} takes actions of GitHub's own by a major, and leaves no token behind`, () => {
      for (const { uses, with: inputs } of stepsOf(file)) {
        if (uses === undefined) continue;
        assert.match(uses, /^actions\/[\w-]+@(v\d+|[0-9a-f]{40})$/);
        if (uses.startsWith("actions/checkout@")) assert.equal(inputs["persist-credentials"], false);
      }
    });

    it(`${name} hands nothing of others to a shell as text, and secrets to single steps by their environment`, () => {
      for (const { run = "" } of stepsOf(file)) assert.doesNotMatch(run, /\$\{\{/);
      for (const { env } of Object.values(file.jobs)) {
        for (const value of Object.values(env)) assert.doesNotMatch(value, /secrets\./);
      }
      for (const { run = "" } of stepsOf(file)) assert.doesNotMatch(run, /set -x|printenv|show-secrets/);
    });

    it(`${name} runs scripts that there are, and ends`, () => {
      const called = stepsOf(file).flatMap(({ run = "" }) =>
        [...run.matchAll(/npm run -s ([\w:-]+)/g)].map(([, one]) => one ?? ""),
      );
      for (const one of called) assert.ok(Object.hasOwn(scripts, one), one);
      for (const job of Object.values(file.jobs)) assert.ok(job["timeout-minutes"] > 0);
    });
  }

  const workflow = (name: (typeof names)[number]): Workflow => workflowFile(name);

  it("keep what is in a pull request away from the lab's own runner", () => {
    assert.deepEqual(Object.keys(workflow("preview").on), ["pull_request"]);
    for (const job of Object.values(workflow("preview").jobs)) assert.equal(job["runs-on"], "ubuntu-24.04");
    for (const name of ["up", "destroy"] as const) {
      assert.ok(!Object.keys(workflow(name).on).some((event) => event.startsWith("pull_request")));
      for (const job of Object.values(workflow(name).jobs)) {
        assert.deepEqual(job["runs-on"], ["self-hosted", "edge-lab"]);
        assert.equal(job.if, "github.ref == 'refs/heads/main'");
      }
    }
  });

  it("change a lab only after approval, one at a time, and never break an update off", () => {
    assert.equal(workflow("up").jobs.up?.environment, "lab");
    assert.equal(workflow("destroy").jobs.destroy?.environment, "lab-destroy");
    const groups = (["up", "destroy"] as const).map((name) => workflow(name).concurrency);
    assert.deepEqual(groups[0], groups[1]);
    assert.equal(groups[0]?.["cancel-in-progress"], false);
    assert.match(script(workflow("up"), "Up"), /stack export[\s\S]*pulumi up .*--policy-pack policy/);
    assert.match(script(workflow("destroy"), "Destroy"), /stack export[\s\S]*pulumi destroy /);
  });
});

describe("a step of the workflows", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-workflow-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a step's script as GitHub does, in a folder of its own, with `gh` standing for GitHub. */
  const run = (text: string, env: Readonly<Record<string, string>>) =>
    execa("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", text], {
      cwd: folder,
      env: { ...env, PATH: `${folder}:${process.env.PATH}` },
      reject: false,
    });

  it("takes a lab down only when its stack's name was typed", async () => {
    const text = script(workflowFile("destroy"), "The typed name is the stack's");
    assert.equal((await run(text, { STACK: "lab", TYPED: "lab" })).exitCode, 0);
    for (const TYPED of ["", "Lab", "lab ", "lab; true"]) {
      const { exitCode, stderr } = await run(text, { STACK: "lab", TYPED });
      assert.equal(exitCode, 1);
      assert.match(stderr, /nothing was touched/);
    }
  });

  it("changes its own comment, and writes one where there is none", async function () {
    if ((await execa("jq", ["--version"], { reject: false })).exitCode !== 0) this.skip();
    const text = script(workflowFile("preview"), "Write the comment, or change the one that is there");
    const mark = commentMark("lab");
    writeFileSync(join(folder, "comment.md"), `a plan\n\n${mark}\n`);
    const gh = `#!/bin/sh\necho "$*" >>calls\ncase "$*" in *--paginate*) cat comments.json ;; *) cp body.json sent.json ;; esac\n`;
    writeFileSync(join(folder, "gh"), gh);
    chmodSync(join(folder, "gh"), 0o755);
    const comment = (id: number, login: string, body: string) => ({ id, user: { login }, body });
    const others = [
      comment(1, "somebody", `quoted: ${mark}`),
      comment(2, "github-actions[bot]", `another stack\n${commentMark("lab-2")}`),
    ];
    const ours = comment(3, "github-actions[bot]", `an earlier plan\n\n${mark}\n`);
    const env = { REPOSITORY: "me/lab", NUMBER: "7", GH_TOKEN: "t" };
    for (const [comments, wanted] of [
      [others, "--method POST repos/me/lab/issues/7/comments"],
      [[...others, ours], "--method PATCH repos/me/lab/issues/comments/3"],
    ] as const) {
      writeFileSync(join(folder, "comments.json"), JSON.stringify(comments));
      rmSync(join(folder, "calls"), { force: true });
      const { exitCode, stderr } = await run(text, env);
      assert.equal(exitCode, 0, stderr);
      const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
      assert.equal(calls.length, 2);
      assert.ok(calls[1]?.includes(wanted), calls[1]);
      const sent = JSON.parse(readFileSync(join(folder, "sent.json"), "utf8")) as { body: string };
      assert.equal(sent.body, `a plan\n\n${mark}\n`);
    }
  });

  it("writes no comment that it would not find again", async () => {
    const text = script(workflowFile("preview"), "Write the comment, or change the one that is there");
    writeFileSync(join(folder, "comment.md"), "broken\n");
    const { exitCode, stderr } = await run(text, { REPOSITORY: "me/lab", NUMBER: "7" });
    assert.equal(exitCode, 1);
    assert.match(stderr, /does not end with its mark/);
  });
});
