import assert from "node:assert/strict";
import fc from "fast-check";
import { ManifestError } from "../../../components/manifests/manifest-error.ts";
import { parseManifest } from "../../../components/manifests/parse-manifest.ts";
import { substituteVariables } from "../../../components/manifests/substitute-variables.ts";

describe("variables in a release manifest", () => {
  const substitute = (text: string, variables = {}) => substituteVariables(text, variables, "core v1");

  it("take our value, else the default, which may begin with a colon or hold quotes", () => {
    assert.equal(substitute(`a=\${CLUSTER_TOPOLOGY:=false}`, { CLUSTER_TOPOLOGY: "true" }), "a=true");
    assert.equal(substitute(`a=\${CLUSTER_TOPOLOGY:=false}`), "a=false");
    assert.equal(substitute(`--addr=\${CAPI_DIAGNOSTICS_ADDRESS:=:8443}`), "--addr=:8443");
    assert.equal(substitute(`v: \${CAPM3_FAST_TRACK:='false'}`), "v: 'false'");
    assert.equal(substitute(`ttl=\${KUBEADM_BOOTSTRAP_TOKEN_TTL:-15m}`), "ttl=15m");
    assert.equal(substitute(`[\${EMPTY:=}][\${X}]`, { X: "y" }), "[][y]");
    assert.equal(substitute(`\${A:=1},\${B:=2}`, { A: "" }), "1,2");
  });

  it("leave alone what is no variable", () => {
    for (const text of ["$(POD_NAME)", "$HOME", "{{ .x }}", "$$", `\${1}`])
      assert.equal(substitute(text), text);
  });

  it("without default and value are an error that names all of them", () => {
    assert.throws(
      () => substitute(`\${ONE} \${TWO:=2} \${THREE}`),
      (error) =>
        error instanceof ManifestError &&
        error.kind === "unset-variable" &&
        /core v1: .*ONE, THREE/.test(error.message),
    );
    assert.throws(() => substitute(`\${constructor}`), ManifestError);
  });

  it("give any value back unchanged, however odd", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        assert.equal(substitute(`<\${V:=d}>`, { V: value }), `<${value}>`);
      }),
    );
  });
});

describe("parsing a manifest", () => {
  it("reads many documents as kubectl does", () => {
    const [first, second, ...rest] = parseManifest(
      [
        "---",
        "# only a comment",
        "---",
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  creationTimestamp: null\n  labels: {day: 2026-07-29, port: '8443'}",
        "---",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\nmode: 0644\ntime: 12:30\nflag: yes\ndata: {off: 'on'}",
        "---",
        "",
      ].join("\n"),
      "x",
    );
    assert.equal(rest.length, 0);
    assert.deepEqual(first?.metadata.labels, { day: "2026-07-29", port: "8443" });
    assert.equal(second?.mode, 0o644);
    assert.equal(second?.time, "12:30");
    assert.equal(second?.flag, true);
  });

  it("unfolds lists", () => {
    const text =
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n";
    assert.deepEqual(
      parseManifest(text, "x").map(({ kind, metadata }) => `${kind}/${metadata.name}`),
      ["Secret/a"],
    );
  });

  for (const [what, text, message] of [
    ["a web page", "<!DOCTYPE html>\n<html><body>Login</body></html>", /x v1: this is a web page/],
    ["broken YAML", "apiVersion: v1\n kind: [", /^x v1: /],
    ["a document that is no object", "just: data", /not a Kubernetes object .*just/],
    ["an object without a name", "apiVersion: v1\nkind: Secret\nmetadata: {}", /metadata.name/],
    ["nothing at all", "# empty\n", /no object in it/],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parseManifest(text, "x v1"),
        (error) =>
          error instanceof ManifestError && error.kind === "not-a-manifest" && message.test(error.message),
      );
    });
  }
});
