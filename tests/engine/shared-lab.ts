import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { EngineLab } from "./engine-lab.ts";

let shared: EngineLab | undefined;
let brought: Promise<void> | undefined;

/** The one sim of all engine tests, begun anew in each run; not up yet. */
export function sharedLab(): EngineLab {
  shared ??= new EngineLab();
  return shared;
}

/** Brings the shared sim up unless a test before has. The first file does it step by step; any file can run alone. */
export function sharedLabUp(): Promise<void> {
  const lab = sharedLab();
  brought ??= lab.sim(["up"]).then(({ code, stdout, stderr }) => {
    assert.equal(code, 0, `sim up failed:\n${stdout}\n${stderr}`);
  });
  return brought;
}

before("forget what an earlier run left", async () => {
  await sharedLab().sim(["down", "--purge"]);
});

// Whatever failed, nothing is left behind.
after("end the shared sim", async () => {
  const lab = sharedLab();
  await lab.sim(["down", "--purge"]);
  rmSync(lab.settings.configFile, { force: true });
});
