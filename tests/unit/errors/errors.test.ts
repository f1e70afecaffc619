import assert from "node:assert/strict";
import { inspect } from "node:util";
import { RunError } from "@pulumi/pulumi/errors.js";
import { ConfigurationError } from "../../../components/config/configuration-error.ts";
import { ProgramError } from "../../../components/errors/program-error.ts";

describe("an error for people", () => {
  it("has no frames, on one of which Node's coloured rendering would never end", () => {
    for (const error of [new ProgramError("the reason"), new ConfigurationError([])]) {
      assert.doesNotMatch(error.stack ?? "", /^\s+at /m);
      assert.ok(inspect(error, { colors: true }).includes(error.message));
    }
  });

  it("is what Pulumi shows as its message alone", () => {
    assert.ok(RunError.isInstance(new ProgramError("the reason")));
  });
});
