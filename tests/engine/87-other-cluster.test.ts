import assert from "node:assert/strict";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

describe("an infra cluster without the hosts that Pulumi's state has", function () {
  this.timeout(600_000);
  const lab = sharedLab();
  let declared = "";
  before(async () => {
    await sharedLabUp();
    declared = await hosts();
    assert.match(declared, /^m920q-1 /);
    // As a new node in the place of a lost one, as far as an update can tell.
    await lab.kubectl("-n", "clusters", "delete", "--wait", "bmh", "--all");
  });

  const hosts = () => lab.kubectl("get", "bmh", "-A", "-o", "jsonpath={.items[*].metadata.name}");
  // The second makes Pulumi's state forget them, and the third is somebody who tries again.
  for (const [args, first] of [
    [[], "lab restore FILE first"],
    [["--refresh"], "lab restore FILE"],
    [[], "lab restore FILE --state import first"],
  ] as const) {
    it(`is given none by pulumi up ${args.join(" ")}: it stops and says "${first}"`, async () => {
      const { code, stdout, stderr } = await lab.pulumi("up", ["--yes", "--skip-preview", ...args]);
      const said = stdout + stderr;
      assert.notEqual(code, 0, said);
      assert.match(
        said,
        new RegExp(
          `does not have any of the ${declared.split(" ").length} hosts that this stack's last update declared .*\\(m920q-1, `,
        ),
      );
      assert.ok(said.includes(first), said);
      assert.equal(await hosts(), "");
    });
  }

  it("is given them where somebody means it", async () => {
    const preflight = (line: string) => (text: string) =>
      text.replace(/^( +)edge-lab:await:/m, `$1${line}\n$&`);
    let before = "";
    lab.edit((text) => {
      before = text;
      return preflight("edge-lab:preflight: skip")(text);
    });
    const { code, stdout, stderr } = await lab.pulumi("up", ["--yes", "--skip-preview", "--refresh"]);
    lab.edit(() => before);
    assert.equal(code, 0, stdout + stderr);
    assert.equal(await hosts(), declared);
    const again = await lab.pulumi("preview", ["--expect-no-changes"]);
    assert.equal(again.code, 0, again.stdout + again.stderr);
  });
});
