import assert from "node:assert/strict";
import { type Injectable, injection } from "../../../sim/standins/ca-injector.ts";

const metadata = { name: "any" };
const definition = (conversion?: NonNullable<Injectable["spec"]>["conversion"]): Injectable => ({
  metadata,
  spec: conversion ? { conversion } : {},
});

describe("the injection of an authority", () => {
  it("goes to every webhook of a configuration, by name, with nothing else of it", () => {
    const object = {
      metadata,
      webhooks: [
        { name: "a", clientConfig: { caBundle: "old" }, rules: [] },
        { name: "b", clientConfig: { caBundle: "new" } },
      ],
    };
    assert.deepEqual(injection(object, "new"), {
      webhooks: [
        { name: "a", clientConfig: { caBundle: "new" } },
        { name: "b", clientConfig: { caBundle: "new" } },
      ],
    });
  });

  it("goes to the conversion webhook of a definition, and to no other conversion", () => {
    const webhook = { clientConfig: {} };
    assert.deepEqual(injection(definition({ strategy: "Webhook", webhook }), "new"), {
      spec: { conversion: { strategy: "Webhook", webhook: { clientConfig: { caBundle: "new" } } } },
    });
    assert.equal(injection(definition({ strategy: "None" }), "new"), undefined);
    assert.equal(injection(definition(), "new"), undefined);
  });

  it("is nothing where it is there already", () => {
    const clientConfig = { caBundle: "new" };
    assert.equal(injection({ metadata, webhooks: [{ name: "a", clientConfig }] }, "new"), undefined);
    assert.equal(injection(definition({ strategy: "Webhook", webhook: { clientConfig } }), "new"), undefined);
  });
});
