import assert from "node:assert/strict";
import { inspect } from "node:util";
import { runtime } from "@pulumi/pulumi";
import { ConfigurationError } from "../../../components/config/configuration-error.ts";
import { decodedConfig } from "../../../components/config/decoded-config.ts";
import { parseLabConfig, readLabConfig } from "../../../components/config/parse-lab-config.ts";
import { changed } from "./refusals.ts";
import type { RawLab } from "./sample-lab.ts";

const marker = "hunter2hunter2";

/** Everything of a thrown error that could be printed, logged or stored by somebody. */
function everythingIn(error: unknown): string {
  assert.ok(error instanceof Error);
  const deep = inspect(error, { depth: 20, showHidden: true, getters: true });
  return [error.message, error.stack, deep, JSON.stringify(error), String(error), inspect(error.cause)].join(
    "\n",
  );
}

function thrownBy(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return everythingIn(error);
  }
  throw new assert.AssertionError({ message: "nothing was thrown" });
}

describe("secrets of a lab", () => {
  const amtPassword = ["credentials", "defaults", "amt", "password"];
  const mistakes: Record<string, RawLab> = {
    "a password AMT refuses": changed([amtPassword, `${marker}:`]),
    "a password that is too long": changed([amtPassword, marker.repeat(3)]),
    "a password in a list": changed([amtPassword, [marker]]),
    "a password that is a number": changed([amtPassword, 424242424242]),
    "a password in the place of a login": changed([["credentials", "hosts"], { "m920q-1": marker }]),
    "a password in the place of all logins": changed([["credentials"], marker]),
    "a password under a misspelt field": changed([["credentials", "defaults", "amt"], { pasword: marker }]),
    "a deploy key for a cluster that follows nothing": changed([
      ["credentials", "git"],
      { edge: { identity: marker } },
    ]),
    "a deploy key in the wrong form": changed([["credentials", "git"], { edge: { identity: [marker] } }]),
    "a login for a host that is not there": changed([
      ["credentials", "hosts"],
      { ghost: { password: marker } },
    ]),
    "a password in a host": changed([["hosts", 0, "password"], marker]),
    "a password in a host's map": changed([["hosts", 0, "login"], { secret: marker }]),
    "a token among a cluster's keys": changed([["clusters", 0, "token"], marker]),
    "a login in an image's URL": changed([
      ["nodeImage", "images", "v1.34.3", "url"],
      `http://me:${marker}@192.168.1.10/x`,
    ]),
    "a login in a checksum's URL": changed([
      ["nodeImage", "images", "v1.34.3", "sha256"],
      `http://me:${marker}@h/x`,
    ]),
    "a login in a device's address": changed([["hosts", 0, "address"], `http://me:${marker}@192.168.1.21`]),
    "a login in a Git URL": changed([
      ["clusters", 0, "gitOps"],
      { type: "flux", url: `git://me:${marker}@h/x` },
    ]),
  };

  for (const [mistake, lab] of Object.entries(mistakes)) {
    it(`are not in the error about ${mistake}`, () => {
      const shown = thrownBy(() => parseLabConfig(lab, { mode: "up" }));
      assert.match(shown, /Fix: /);
      assert.doesNotMatch(shown, /hunter2|424242/);
    });
  }

  it("are not in the error about JSON that is none", () => {
    const encoded = { "edge-lab:credentials": `{"hosts": {"a": {"password": "${marker}" oops` };
    const shown = thrownBy(() => decodedConfig(encoded));
    assert.match(shown, /edge-lab:credentials is not valid JSON/);
    assert.doesNotMatch(shown, /hunter2/);
  });

  it("are not in warnings", () => {
    const lab = changed([["credentials", "defaults", "tapo"], { password: marker }]);
    const { warnings } = readLabConfig(lab, { mode: "preview" });
    assert.equal(warnings.length, 3);
    assert.doesNotMatch(inspect(warnings, { depth: 9 }), /hunter2/);
  });

  it("are not in what prints or stores a parsed lab", async () => {
    const config = parseLabConfig(changed([amtPassword, marker]), { mode: "up" });
    const stored = await runtime.serializeProperties("component", { config, copy: { ...config } });
    const shown = [
      inspect(config, { depth: 20, showHidden: true }),
      JSON.stringify(config),
      JSON.stringify(stored),
      JSON.stringify(structuredClone({ credentials: { ...config.credentials } })),
    ].join("\n");
    assert.match(shown, /m920q-1/);
    assert.doesNotMatch(shown, /hunter2/);
  });

  it("may be any text that AMT takes, and tapo passwords any text", () => {
    for (const password of ["8 chars!", "x".repeat(32), "{}[]~`'\\;<>?/"]) {
      assert.doesNotThrow(() => parseLabConfig(changed([amtPassword, password]), { mode: "up" }));
    }
    for (const password of ["short", `${"x".repeat(33)}`, 'quo"tequote', "com,macomma", "umläutumlaut"]) {
      assert.throws(
        () => parseLabConfig(changed([amtPassword, password]), { mode: "up" }),
        ConfigurationError,
      );
    }
    const tapo = changed([["credentials", "defaults", "tapo", "password"], 'a:b,"ü']);
    assert.doesNotThrow(() => parseLabConfig(tapo, { mode: "up" }));
  });
});

describe("what Pulumi hands over", () => {
  it("is decoded where it is JSON, and left where it is plain", () => {
    const decoded = decodedConfig({
      "edge-lab:hosts": '[{"name":"a"}]',
      "edge-lab:await": "none",
      "x:y": "{no json",
    });
    assert.deepEqual(decoded, {
      "edge-lab:hosts": [{ name: "a" }],
      "edge-lab:await": "none",
      "x:y": "{no json",
    });
  });

  it("gets an error that the SDK shows without a stack", async () => {
    const { RunError } = await import("@pulumi/pulumi");
    const error = new ConfigurationError([
      { path: "edge-lab:x", wrong: "is odd", fix: "do so", severity: "error" },
    ]);
    assert.ok(RunError.isInstance(error));
    assert.match(error.message, /1 mistake; nothing was changed\.\n {2}- edge-lab:x is odd\. Fix: do so\./);
  });
});
