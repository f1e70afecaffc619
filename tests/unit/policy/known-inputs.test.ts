import assert from "node:assert/strict";
import * as proxy from "@pulumi/policy/proxy.js";
import { knownInputs } from "../../../policy/known-inputs.ts";
import type { Inputs } from "../../../policy/resource.ts";

// The SDK's own, which its type declarations leave out.
const unknownStringValue: unknown = Reflect.get(proxy, "unknownStringValue");
const handedOut = (inputs: Inputs): Inputs => {
  const wrap: unknown = Reflect.get(proxy, "unknownCheckingProxy");
  assert.ok(typeof wrap === "function");
  return wrap(inputs);
};

describe("the inputs that a policy judges in a preview", () => {
  it("are those that are known: of the others nothing is said", () => {
    const handed = handedOut({
      known: "yes",
      later: unknownStringValue,
      nested: { later: unknownStringValue, list: ["a", unknownStringValue, { deep: 1 }] },
    });
    assert.deepEqual(knownInputs(handed), { known: "yes", nested: { list: ["a", { deep: 1 }] } });
  });

  it("do not hide another failure", () => {
    const broken = Object.defineProperty({}, "field", {
      enumerable: true,
      get: () => {
        throw new Error("broken");
      },
    });
    assert.throws(() => knownInputs(broken), /broken/);
  });
});
