import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { repository } from "./sample-lab.ts";

interface Call {
  readonly args: readonly string[];
  readonly stdin: string;
  readonly passphrase?: string;
}

interface Run {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

describe("npm run init without a terminal", function () {
  // Each test starts up to ten processes; a busy machine takes its time over that.
  this.timeout(120_000);
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-init-"));
    copyFileSync(join(repository, "Pulumi.lab.yaml"), join(folder, "Pulumi.lab.yaml"));
    const script = `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, "fake-pulumi.ts")}" "$@"\n`;
    writeFileSync(join(folder, "pulumi"), script);
    chmodSync(join(folder, "pulumi"), 0o755);
    writeFileSync(join(folder, "login.json"), JSON.stringify({ user: "me", url: "file:///somewhere" }));
    writeFileSync(join(folder, "calls.jsonl"), "");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function init(args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ""): Promise<Run> {
    const { PULUMI_CONFIG_PASSPHRASE: _, PULUMI_CONFIG_PASSPHRASE_FILE: __, ...inherited } = process.env;
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [join(repository, "cli/init.ts"), ...args],
      {
        cwd: folder,
        extendEnv: false,
        env: { ...inherited, PATH: `${folder}${delimiter}${process.env.PATH}`, FAKE_PULUMI: folder, ...env },
        input,
        reject: false,
      },
    );
    return { exitCode, stdout, stderr };
  }

  function calls(verb: string): Call[] {
    const lines = readFileSync(join(folder, "calls.jsonl"), "utf8").split("\n");
    const all = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Call);
    return all.filter((call) => call.args.join(" ").startsWith(verb));
  }

  const passphrase = { PULUMI_CONFIG_PASSPHRASE: "open sesame" };
  const logins = {
    EDGE_LAB_AMT_PASSWORD: "Secret-Amt-1",
    EDGE_LAB_TAPO_USERNAME: "me@example.org",
    EDGE_LAB_TAPO_PASSWORD: "secret-tapo",
    EDGE_LAB_HOST_M920Q_3_PASSWORD: "Secret-Own-1",
  };

  it("sets each value by standard input, never as an argument", async () => {
    const run = await init(["--stack", "lab", "--from-env"], { ...passphrase, ...logins });
    assert.equal(run.exitCode, 0, run.stderr);
    const sets = calls("config set").map(({ args, stdin }) => [args[args.indexOf("--path") + 1], stdin]);
    assert.deepEqual(sets, [
      ["edge-lab:credentials.defaults.amt.password", "Secret-Amt-1"],
      ["edge-lab:credentials.defaults.tapo.username", "me@example.org"],
      ["edge-lab:credentials.defaults.tapo.password", "secret-tapo"],
      ["edge-lab:credentials.hosts.m920q-3.password", "Secret-Own-1"],
    ]);
    for (const call of calls("")) assert.doesNotMatch(call.args.join(" "), /secret-|open sesame/i);
    for (const call of calls("config set")) assert.ok(call.args.includes("--secret"));
    assert.doesNotMatch(run.stdout + run.stderr, /secret-|open sesame/i);
    assert.doesNotMatch(run.stdout, /MISSING/);
    assert.match(run.stdout, /Next: pulumi preview --stack lab/);
  });

  it("takes JSON on standard input", async () => {
    const answers = { defaults: { tapo: { username: "a@b.c", password: "secret-x" } }, hosts: {} };
    const run = await init(["--from-stdin"], passphrase, JSON.stringify(answers));
    assert.equal(run.exitCode, 0, run.stderr);
    assert.deepEqual(
      calls("config set").map((call) => call.stdin),
      ["a@b.c", "secret-x"],
    );
    assert.match(run.stdout, /m920q-1\s+amt\s+set\s+MISSING/);
    assert.match(run.stdout, /Some are missing/);
  });

  it("makes the stack when there is none, once", async () => {
    await init(["--stack", "lab", "--from-env"], { ...passphrase, ...logins });
    await init(["--stack", "lab", "--from-env"], { ...passphrase, ...logins });
    assert.deepEqual(
      calls("stack init").map((call) => call.args.slice(2)),
      [["lab", "--no-select", "--non-interactive"]],
    );
  });

  it("lists what is missing without pulumi", async () => {
    const before = await init(["--list"]);
    assert.match(before.stdout, /optiplex-3\s+tapo\s+MISSING\s+MISSING/);
    await init(["--from-env"], { ...passphrase, ...logins });
    const after = await init(["--list"], { PATH: "/nonexistent" });
    assert.equal(after.exitCode, 0, after.stderr);
    assert.match(after.stdout, /optiplex-3\s+tapo\s+set\s+set/);
  });

  const failures: {
    what: string;
    args?: string[];
    env?: NodeJS.ProcessEnv;
    input?: string;
    prepare?: () => void;
    says: RegExp;
  }[] = [
    {
      what: "no passphrase",
      env: logins,
      says: /PULUMI_CONFIG_PASSPHRASE is not set\.\n.*password manager/s,
    },
    {
      what: "no login",
      env: { ...passphrase, ...logins },
      prepare: () => rmSync(join(folder, "login.json")),
      says: /not logged in: run `pulumi login`/,
    },
    {
      what: "no pulumi",
      env: { ...passphrase, ...logins, PATH: "/nonexistent" },
      says: /pulumi is not on PATH.*npm run -s tools -- --env/,
    },
    {
      what: "no such stack file",
      args: ["--stack", "mine", "--from-env"],
      says: /no Pulumi\.mine\.yaml.*cp Pulumi\.lab\.yaml/,
    },
    { what: "no answers", env: passphrase, says: /none of these is set: EDGE_LAB_AMT_USERNAME/ },
    {
      what: "no terminal",
      args: ["--stack", "lab"],
      env: passphrase,
      says: /no terminal.*--from-env or --from-stdin/,
    },
    {
      what: "a password that AMT refuses",
      env: { ...passphrase, EDGE_LAB_AMT_PASSWORD: "secret-:" },
      says: /EDGE_LAB_AMT_PASSWORD has a colon/,
    },
    {
      what: "broken JSON",
      args: ["--from-stdin"],
      env: passphrase,
      input: '{"secret-x',
      says: /standard input is not JSON/,
    },
    {
      what: "JSON of another shape",
      args: ["--from-stdin"],
      env: passphrase,
      input: '{"amt": {"password": "secret-x"}}',
      says: /another shape; expected \{"defaults"/,
    },
    {
      what: "a host that is not there",
      args: ["--from-stdin"],
      env: passphrase,
      input: '{"hosts": {"ghost": {"password": "secret-x"}}}',
      says: /hosts\.ghost, which this lab does not have: m920q-1/,
    },
    {
      what: "a pulumi that refuses",
      env: { ...passphrase, ...logins, FAKE_FAIL: "edge-lab:credentials.defaults.tapo.password" },
      says: /pulumi config set edge-lab:credentials\.defaults\.tapo\.password failed: error: cannot encrypt \*\*\*/,
    },
  ];

  for (const { what, args = ["--from-env"], env = {}, input, prepare, says } of failures) {
    it(`stops at ${what}, and says what to do`, async () => {
      prepare?.();
      const run = await init(args, env, input);
      assert.equal(run.exitCode, 1);
      assert.match(run.stderr, says);
      assert.doesNotMatch(run.stdout + run.stderr, /secret-|\n\s+at /i);
    });
  }
});
