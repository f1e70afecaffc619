import assert from "node:assert/strict";
import { commentMark, type PreviewContext, previewComment } from "../../../../cli/ci-preview/comment.ts";
import { engineEvents } from "../../../../cli/ci-preview/engine-event.ts";
import { planOf } from "../../../../cli/ci-preview/plan.ts";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urn = (type: string, name: string): string => `urn:pulumi:home::edge-lab::${type}::${name}`;
const host = "kubernetes:metal3.io/v1alpha1:BareMetalHost";

const step = (op: string, type: string, name: string, more: object = {}) => ({
  resourcePreEvent: {
    metadata: { op, urn: urn(type, name), type, old: null, new: null, detailedDiff: null, ...more },
  },
});
const said = (severity: string, message: string) => ({
  diagnosticEvent: { severity, message, color: "never" },
});
const finding = (enforcementLevel: string, message: string) => ({
  policyEvent: {
    resourceUrn: urn(host, "lab-hosts-a"),
    message,
    policyName: "host-identity",
    enforcementLevel,
  },
});

const plan = (...events: object[]) =>
  planOf(engineEvents(events.map((event) => JSON.stringify(event)).join("\n")));
const withState: PreviewContext = {
  stack: "home",
  state: "the state in file:///x",
  blind: [],
  failed: false,
};

describe("the comment of a preview", () => {
  it("counts and names what is created, updated, replaced and deleted, in one order whatever the engine's was", () => {
    const events = [
      step("delete", host, "lab-hosts-b"),
      step("same", host, "lab-hosts-c"),
      step("create-replacement", host, "lab-hosts-d"),
      step("replace", host, "lab-hosts-d", { detailedDiff: { "spec.bootMode": {} } }),
      step("delete-replaced", host, "lab-hosts-d"),
      step("update", host, "lab-hosts-a", { detailedDiff: { "spec.z": {}, "spec.a": {} } }),
      step("create", "kubernetes:core/v1:Secret", "lab-new"),
      step("create", "pulumi:pulumi:Stack", "edge-lab-home"),
    ];
    const text = previewComment(plan(...events), withState);
    assert.equal(previewComment(plan(...events.toReversed()), withState), text);
    assert.match(text, /^Stack `home`, compared with the state in file:\/\/\/x\.\n/);
    assert.match(text, /\*\*1 to create, 1 to update, 1 to replace, 1 to delete\*\*; no policy stops it/);
    const rows = text.split("\n").filter((line) => line.startsWith("| `"));
    assert.deepEqual(rows, [
      "| `-` delete | BareMetalHost | lab-hosts-b |  |",
      "| `+-` replace | BareMetalHost | lab-hosts-d | `spec.bootMode` |",
      "| `~` update | BareMetalHost | lab-hosts-a | `spec.a`, `spec.z` |",
      "| `+` create | Secret | lab-new |  |",
    ]);
    assert.ok(text.endsWith(`${commentMark("home")}\n`), "a workflow finds its comment again");
  });

  it("says in its first line that there is no state", () => {
    const text = previewComment(plan(step("create", host, "a")), { ...withState, state: undefined });
    assert.match(text.split("\n")[0] ?? "", /^No state: /);
  });

  it("says that nothing changes", () => {
    assert.match(
      previewComment(plan(step("same", host, "a")), withState),
      /Nothing changes; no policy stops it\./,
    );
  });

  it("marks what only the update will know", () => {
    const inputs = { metadata: { name: "a" }, data: { "ca.crt": unknown, list: ["x", unknown] } };
    const made = plan(step("create", "kubernetes:core/v1:ConfigMap", "lab-ca", { new: { inputs } }));
    assert.deepEqual(made.steps[0]?.unknown, ["data.list[1]", 'data["ca.crt"]']);
    const text = previewComment(made, withState);
    assert.match(text, /\| lab-ca \| 2 not known yet \|/);
    assert.match(
      text,
      /### What this preview could not know\n\n- 2 values that only the update will know, in 1 resources\./,
    );
  });

  it("says what the program could not see, and what this way of previewing could not", () => {
    const text = previewComment(
      plan(
        said(
          "info",
          "client-side only preview: there is no kubeconfig /x. It compares with Pulumi's own state\n",
        ),
        said("warning", "Not all of the lab could be had:\n  - capm3 v1: not there\n"),
        said("warning", "using pulumi-language-nodejs from $PATH at /x"),
        said("warning", "a host has no password"),
      ),
      { ...withState, blind: ["Secrets: placeholders."] },
    );
    assert.match(text, /- Secrets: placeholders\.\n- The infra cluster was not asked \(client-side only/);
    assert.match(text, /capm3 v1: not there.*shown neither as new nor as changed, and as deleted/);
    assert.match(text, /### Warnings\n\n- a host has no password\n/);
    assert.doesNotMatch(text, /from \$PATH/);
  });

  it("puts what stops a change before notes, and keeps markup out", () => {
    const text = previewComment(
      plan(
        finding("advisory", "A host keeps its MAC.\nonly a note"),
        finding("mandatory", "A host keeps its MAC.\nthe MAC | of <b>a</b> changes\n"),
      ),
      withState,
    );
    assert.match(text, /\*\*policies stop it: 1 findings\*\*/);
    assert.match(
      text,
      /- \*\*stops\*\* `host-identity`: the MAC &#124; of &#60;b&#62;a&#60;\/b&#62; changes\n- note/,
    );
  });

  it("shows why there is no plan", () => {
    const made = plan(said("error", "edge-lab:hosts is empty.\nFix: declare one"));
    const text = previewComment(made, { ...withState, failed: true });
    assert.match(text, /\*\*The preview failed\.\*\*[\s\S]*edge-lab:hosts is empty\.\n {2}Fix: declare one/);
  });

  it("fits into a comment however long the plan is", () => {
    const many = Array.from({ length: 5000 }, (_, index) =>
      step("delete", host, `lab-hosts-with-a-long-name-${index}`, {}),
    );
    const long = finding("mandatory", `x\n${"y".repeat(80_000)}`);
    for (const text of [previewComment(plan(...many), withState), previewComment(plan(long), withState)]) {
      assert.ok(text.length < 65_536);
      assert.ok(text.endsWith(`${commentMark("home")}\n`));
    }
  });
});

describe("the engine's log of events", () => {
  it("may end in the middle of a line, when the engine was ended", () => {
    const log = `${JSON.stringify(step("create", host, "a"))}\n{"resourcePreEvent":{"meta`;
    assert.equal(engineEvents(log).length, 1);
    assert.throws(() => engineEvents(`{"broken\n${JSON.stringify(step("create", host, "a"))}`), SyntaxError);
  });
});
