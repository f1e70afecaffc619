import assert from "node:assert/strict";
import { policyNames } from "../../../components/config/index.ts";
import { policies } from "../../../policy/index.ts";
import { keptProtection } from "../../../policy/kept-protection.ts";
import type { PlannedResource } from "../../../policy/resource.ts";
import { Review } from "../../../policy/review.ts";

const host: PlannedResource = {
  urn: "urn:pulumi:home::edge-lab::kubernetes:metal3.io/v1alpha1:BareMetalHost::lab-hosts-m920q-1",
  type: "kubernetes:metal3.io/v1alpha1:BareMetalHost",
  name: "lab-hosts-m920q-1",
  inputs: { metadata: { name: "m920q-1" } },
  protect: false,
};

describe("a review of a change", () => {
  it("knows every policy that can be named in a stack file, and no other", () => {
    assert.deepEqual(policies.map(({ name }) => name).sort(), [...policyNames].sort());
  });

  it("reads the state of the stack that the resource is in, once", async () => {
    const asked: string[] = [];
    const review = new Review(async (stack) => {
      asked.push(stack);
      return new Map([[host.urn, { urn: host.urn, inputs: {}, protect: true }]]);
    });
    const answers = await Promise.all([host, host].map((one) => review.refusals(keptProtection, one)));
    assert.deepEqual(asked, ["home"]);
    for (const [refusal] of answers) assert.match(refusal ?? "", /host m920q-1 loses its protection/);
  });

  it("lets nothing pass when the state cannot be read", async () => {
    const review = new Review(async () => {
      throw new Error("no access");
    });
    await assert.rejects(review.refusals(keptProtection, host), /no access/);
  });
});
