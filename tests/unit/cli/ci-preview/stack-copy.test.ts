import assert from "node:assert/strict";
import { keptKubeconfig } from "../../../../cli/ci-preview/kept-kubeconfig.ts";
import { plainLogins } from "../../../../cli/ci-preview/plain-logins.ts";
import { stackCopy } from "../../../../cli/ci-preview/stack-copy.ts";

const file = `encryptionsalt: v1:abc
config:
  edge-lab:infra:
    kubeconfig: ~/.kube/lab.yaml # mine
  edge-lab:credentials:
    # {secure: in a comment is none}
    defaults: {amt: {username: admin, password: {secure: v1:x}}}
    hosts:
      m920q.1:
        password:
          secure: v1:y
  edge-lab:token:
    secure: v1:z
`;

describe("the copy of a stack file for a preview", () => {
  it("keeps everything when secrets can be read", () => {
    const { text, placeholders } = stackCopy(file, { withoutSecrets: false });
    assert.deepEqual(placeholders, []);
    assert.match(text, /encryptionsalt: v1:abc/);
    assert.match(text, /secure: v1:x/);
  });

  it("names what was encrypted when it cannot be read, and has nothing of it", () => {
    const { text, placeholders } = stackCopy(file, { withoutSecrets: true });
    assert.deepEqual(placeholders, [
      "edge-lab:credentials.defaults.amt.password",
      'edge-lab:credentials.hosts["m920q.1"].password',
      "edge-lab:token",
    ]);
    assert.doesNotMatch(text, /v1:|encryptionsalt/);
    assert.match(text, /username: admin/);
  });

  it("takes another kubeconfig", () => {
    assert.match(
      stackCopy(file, { kubeconfig: "/there", withoutSecrets: false }).text,
      /kubeconfig: \/there # mine/,
    );
  });

  it("refuses what is no YAML", () => {
    assert.throws(() => stackCopy("config: {", { withoutSecrets: true }), /not valid YAML/);
  });
});

describe("the kubeconfig's place on another machine", () => {
  it("is the state's when it is the same file in another home or checkout", () => {
    assert.equal(keptKubeconfig("~/.kube/config", "/home/ann/.kube/config"), "/home/ann/.kube/config");
    assert.equal(keptKubeconfig("./lab.kubeconfig", "/srv/lab/lab.kubeconfig"), "/srv/lab/lab.kubeconfig");
  });

  it("is the stack file's when that names another file, an absolute one, or there is no state", () => {
    assert.equal(keptKubeconfig("~/.kube/new", "/home/ann/.kube/config"), undefined);
    assert.equal(keptKubeconfig("/etc/kube", "/etc/kube"), undefined);
    assert.equal(keptKubeconfig("~/.kube/config", undefined), undefined);
  });
});

describe("logins in a stack file", () => {
  const lab = (credentials: string): string => `config:\n  edge-lab:credentials: ${credentials}\n`;

  it("are named where they stand in the clear, never shown", () => {
    const found = plainLogins(
      lab("{defaults: {amt: {password: hunter22}}, hosts: {a: {password: {secure: v1:x}}}}"),
    );
    assert.deepEqual(found, ["edge-lab:credentials.defaults.amt.password"]);
  });

  it("are none where all are encrypted, missing, or allowed", () => {
    assert.deepEqual(plainLogins(lab("{defaults: {amt: {password: {secure: v1:x}}}}")), []);
    assert.deepEqual(plainLogins("config: {}\n"), []);
    const entry = "{policy: no-plain-credentials, to: 'edge-lab:credentials', because: a demo}";
    const allowed = `${lab("{defaults: {amt: {password: hunter22}}}")}  edge-lab:allowedChanges: [${entry}]\n`;
    assert.deepEqual(plainLogins(allowed), []);
  });
});
