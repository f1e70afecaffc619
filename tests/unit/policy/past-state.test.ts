import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StateError } from "../../../components/stack-state/stack-state.ts";
import { pastState } from "../../../policy/past-state.ts";

const urn = "urn:pulumi:home::edge-lab::kubernetes:metal3.io/v1alpha1:BareMetalHost::lab-hosts-a";

describe("the state that policies compare with", () => {
  const path = process.env.PATH;
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-state-"));
    process.env.PATH = `${folder}:${path}`;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  });

  /** A `pulumi` that knows these stacks and answers an export of the one named with this state. */
  function pulumi(stacks: readonly string[], exported: Readonly<Record<string, unknown>>): void {
    const list = JSON.stringify(stacks.map((name) => ({ name, current: false })));
    const cases = Object.entries(exported).map(
      ([name, state]) =>
        `'stack export --stack ${name} --non-interactive') echo '${JSON.stringify(state)}' ;;`,
    );
    const script = `#!/bin/sh\ncase "$*" in\n'stack ls --json --non-interactive') echo '${list}' ;;\n${cases.join("\n")}\n*) echo "error: no: $*" >&2; exit 255 ;;\nesac\n`;
    writeFileSync(join(folder, "pulumi"), script);
    chmodSync(join(folder, "pulumi"), 0o755);
  }

  it("is the stack's own, whatever organisation it is in, without what is about to be deleted", async () => {
    const resources = [
      { urn, inputs: { old: true }, delete: true },
      { urn, inputs: { spec: 1 }, protect: true },
    ];
    pulumi(["acme/home", "acme/home-2"], { "acme/home": { version: 3, deployment: { resources } } });
    const state = await pastState("home", folder);
    assert.deepEqual([...state], [[urn, { urn, inputs: { spec: 1 }, outputs: {}, protect: true }]]);
  });

  it("is empty before the first update", async () => {
    pulumi(["home"], { home: { version: 3, deployment: {} } });
    assert.equal((await pastState("home", folder)).size, 0);
  });

  it("is refused rather than guessed: for an unknown stack, for two of a name, for a failing pulumi", async () => {
    pulumi(["other"], {});
    await assert.rejects(pastState("home", folder), /knows no stack called home/);
    pulumi(["a/home", "b/home"], {});
    await assert.rejects(pastState("home", folder), /several stacks \(a\/home, b\/home\)/);
    pulumi(["home"], {});
    await assert.rejects(pastState("home", folder), (error: unknown) => {
      assert.ok(error instanceof StateError);
      assert.match(error.message, /pulumi stack export failed: error: no: .*let nothing pass without it/s);
      return true;
    });
  });
});
