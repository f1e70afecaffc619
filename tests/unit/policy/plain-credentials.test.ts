import assert from "node:assert/strict";
import { readLabConfig } from "../../../components/config/index.ts";
import { plainCredentials } from "../../../components/config/plain-credentials.ts";
import { sampleLab, stackConfig } from "../config/sample-lab.ts";

const lab = readLabConfig(sampleLab(), { mode: "up" }).config;

describe("logins in the clear", () => {
  it("are told by their key, which Pulumi does not hold for secret", () => {
    assert.deepEqual(plainCredentials(lab, []), ["edge-lab:credentials"]);
    assert.deepEqual(plainCredentials(lab, ["edge-lab:credentials"]), []);
  });

  it("are none where there are no logins yet, nor where devices are simulated", () => {
    const empty = readLabConfig(stackConfig("lab"), { mode: "preview" }).config;
    assert.deepEqual(plainCredentials(empty, []), []);
    assert.deepEqual(plainCredentials(readLabConfig(stackConfig("sim"), { mode: "up" }).config, []), []);
  });
});
