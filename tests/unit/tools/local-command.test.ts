import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  specialArchiveSig,
  specialAssetSig,
  specialSecretSig,
  specialSigKey,
  unknownValue,
} from "@pulumi/pulumi/runtime/rpc.js";
import { CommandProvider } from "../../../tools/standins/pulumi-resource-command/command-provider.ts";

const urn = "urn:pulumi:dev::bench::edge-lab:parent:Parent$command:local:Command::build";
const secret = (value: unknown) => ({ [specialSigKey]: specialSecretSig, value });

describe("the stand-in for local.Command", () => {
  let folder: string;
  const provider = new CommandProvider("1.2.1");
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "edge-lab-command-")));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function create(inputs: Record<string, unknown>) {
    const result = await provider.create(urn, { dir: folder, ...inputs });
    return { id: result.id, outs: result.outs as Record<string, unknown> };
  }

  it("runs create in its folder, with its environment and input, and keeps both outputs without the last break", async () => {
    const { id, outs } = await create({
      create: 'pwd; echo "$GREETING $(cat)"; echo careful >&2',
      environment: { GREETING: "hello" },
      stdin: "world",
    });
    assert.equal(outs.stdout, `${folder}\nhello world`);
    assert.equal(outs.stderr, "careful");
    assert.match(id, /^build-[0-9a-f]{8}$/);
  });

  it("gives secret inputs to the command in the clear and back to the state as secrets", async () => {
    const inputs = {
      create: 'test "$PASSWORD" = s3cret && cat',
      environment: secret({ PASSWORD: "s3cret" }),
      stdin: secret("given"),
    };
    const { outs } = await create(inputs);
    assert.equal(outs.stdout, "given");
    assert.deepEqual(outs.environment, inputs.environment);
    assert.deepEqual(outs.stdin, inputs.stdin);
  });

  it("runs another interpreter when one is named", async () => {
    const { outs } = await create({ interpreter: [process.execPath, "-e"], create: "console.log(6 * 7)" });
    assert.equal(outs.stdout, "42");
  });

  it("fails the step when the command fails, with all that it printed", async () => {
    const failing = create({ create: "echo before; echo why >&2; exit 3" });
    await assert.rejects(failing, /exit status 3: running "echo before[\s\S]*before\nwhy/);
  });

  it("does nothing at creation without create, nor at deletion without delete", async () => {
    const { id, outs } = await create({ update: "touch updated" });
    assert.deepEqual([outs.stdout, outs.stderr], ["", ""]);
    await provider.delete(id, urn, outs);
    assert.equal(existsSync(join(folder, "updated")), false);
  });

  it("updates by update, which sees what the run before printed", async () => {
    const inputs = {
      dir: folder,
      create: "echo one; echo two >&2",
      update: 'echo "$PULUMI_COMMAND_STDOUT/$PULUMI_COMMAND_STDERR"',
    };
    const { id, outs } = await create(inputs);
    const updated = await provider.update(id, urn, outs, { ...inputs, environment: { A: "b" } });
    assert.equal((updated.outs as Record<string, unknown>).stdout, "one/two");
  });

  it("updates by create when there is no update, and hides the run before when asked to", async () => {
    const inputs = { dir: folder, create: 'echo "[$PULUMI_COMMAND_STDOUT]"', addPreviousOutputInEnv: false };
    const { id, outs } = await create(inputs);
    const updated = await provider.update(id, urn, outs, inputs);
    assert.equal((updated.outs as Record<string, unknown>).stdout, "[]");
  });

  it("deletes with the state's own text, folder, environment and input", async () => {
    const { id, outs } = await create({
      create: "echo made",
      delete: 'echo "$WHO $PULUMI_COMMAND_STDOUT $(cat)" > deleted',
      environment: { WHO: "me" },
      stdin: "in",
    });
    await provider.delete(id, urn, outs);
    assert.equal(readFileSync(join(folder, "deleted"), "utf8"), "me made in\n");
  });

  it("returns files as assets and as one archive, by ordered patterns", async () => {
    mkdirSync(join(folder, "out"));
    const { outs } = await create({
      create: "mkdir -p out/sub && echo 1 > out/a.txt && echo 2 > out/sub/b.txt && echo 3 > out/c.log",
      assetPaths: ["out/**", "!**/*.log"],
      archivePaths: ["./out/*.txt"],
    });
    const asset = (name: string) => ({ [specialSigKey]: specialAssetSig, path: join(folder, name) });
    assert.deepEqual(outs.assets, {
      "out/a.txt": asset("out/a.txt"),
      "out/sub/b.txt": asset("out/sub/b.txt"),
    });
    assert.deepEqual(outs.archive, {
      [specialSigKey]: specialArchiveSig,
      assets: { "out/a.txt": asset("out/a.txt") },
    });
  });

  it("survives a command that does not read its input", async () => {
    const { outs } = await create({ create: "exec true", stdin: "x".repeat(1_000_000) });
    assert.equal(outs.stdout, "");
  });

  describe("what a change does", () => {
    const inputs = { create: "true", environment: { A: "1" }, triggers: ["t1"] };
    const state = { ...inputs, stdout: "out", stderr: "" };
    const diff = (news: object) => provider.diff("id", urn, state, { ...inputs, ...news });

    it("is nothing when nothing changed", async () => {
      assert.deepEqual(await diff({}), { changes: false, replaces: [] });
    });
    it("is nothing when a value only became secret", async () => {
      assert.deepEqual(await diff({ environment: secret({ A: "1" }) }), { changes: false, replaces: [] });
    });
    it("is an update for every input but the triggers", async () => {
      assert.deepEqual(await diff({ environment: { A: "2" } }), { changes: true, replaces: [] });
      assert.deepEqual(await diff({ delete: "false" }), { changes: true, replaces: [] });
    });
    it("is a replacement for the triggers", async () => {
      assert.deepEqual(await diff({ triggers: ["t2"] }), { changes: true, replaces: ["triggers"] });
    });
    it("is assumed when a value is not known yet", async () => {
      assert.deepEqual(await diff({ triggers: [unknownValue] }), { changes: true, replaces: ["triggers"] });
    });
  });

  it("checks inputs before anything runs, each problem by its property", async () => {
    const checked = await provider.check(urn, {}, { create: 7, logging: "loud", interpreter: [] });
    assert.deepEqual(checked.failures?.map(({ property }) => property).sort(), [
      "create",
      "interpreter",
      "logging",
    ]);
    const unknown = await provider.check(urn, {}, { create: unknownValue, environment: { A: unknownValue } });
    assert.deepEqual(unknown.failures, []);
  });

  it("serves the function local.run", async () => {
    const { outputs } = await provider.invoke("command:local:run", { command: "echo hello", dir: folder });
    assert.equal((outputs as Record<string, unknown>).stdout, "hello");
  });

  it("interrupts running commands when the engine cancels", async () => {
    const running = create({
      create: "trap 'echo cleaned; exit 9' INT; touch started; while :; do sleep 0.05; done",
    });
    const failed = assert.rejects(running, /exit status 9[\s\S]*cleaned/);
    while (!existsSync(join(folder, "started"))) await new Promise((resolve) => setTimeout(resolve, 10));
    await provider.cancel();
    await failed;
  });

  it("refuses a type that it does not know", async () => {
    writeFileSync(join(folder, "x"), "");
    await assert.rejects(
      provider.create("urn:pulumi:dev::b::command:other:Thing::x", {}),
      /command:other:Thing/,
    );
  });
});
