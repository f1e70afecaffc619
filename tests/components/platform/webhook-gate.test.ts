import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { clusterApiSamples } from "../../../components/cluster-api/samples.ts";
import { WebhookGate } from "../../../components/gate/webhook-gate.ts";
import type { PlainObject } from "../../../components/kubernetes/object.ts";
import { bareMetalHostSample, ironicSample } from "../../../components/metal3/baremetal-operator.ts";
import { labSchemas } from "../harness/lab-schemas.ts";
import { recordProgram } from "../harness/record-program.ts";
import { FakeApiServer } from "./fake-api-server.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const certificate: PlainObject = {
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name: "edge-lab-gate", namespace: "default" },
  spec: { secretName: "edge-lab-gate", dnsNames: ["a"], issuerRef: { name: "a", kind: "ClusterIssuer" } },
};
const noWebhook = {
  code: 500,
  message:
    'Internal error occurred: failed calling webhook "webhook.cert-manager.io": x509: certificate signed by unknown authority',
};

describe("the webhook gate's script", () => {
  let api: FakeApiServer;
  beforeEach(async () => {
    api = await FakeApiServer.start();
  });
  afterEach(() => api.stop());

  async function gate(
    request: Readonly<Record<string, unknown>> = {},
  ): Promise<{ code: number | null; stderr: string }> {
    const child = spawn("node", ["components/gate/scripts/await-webhooks.mjs"], { cwd: repository });
    const stderr = text(child.stderr);
    const exit = new Promise<number | null>((done) => child.on("close", done));
    child.stdin.end(
      JSON.stringify({ kubeconfig: api.kubeconfig, timeoutSeconds: 30, samples: [certificate], ...request }),
    );
    return { code: await exit, stderr: await stderr };
  }

  it("passes when the sample is accepted, without storing it", async () => {
    const { code, stderr } = await gate();
    assert.equal(code, 0, stderr);
    assert.deepEqual(api.creates, [
      {
        path: "/apis/cert-manager.io/v1/namespaces/default/certificates",
        dryRun: "All",
        kind: "Certificate",
      },
    ]);
  });

  it("asks again while the webhook does not answer, and says why it waits", async () => {
    api.answers = [noWebhook, noWebhook, { code: 201 }];
    const { code, stderr } = await gate();
    assert.equal(code, 0, stderr);
    assert.equal(api.creates.length, 3);
    assert.equal(stderr.match(/not yet: .*unknown authority/g)?.length, 1);
    assert.match(stderr, /cert-manager\.io\/v1 Certificate: accepted/);
  });

  it("takes a webhook's refusal, and a name that is taken, for an answer", async () => {
    api.answers = [
      { code: 403, message: 'admission webhook "webhook.cert-manager.io" denied the request: no' },
    ];
    assert.equal((await gate()).code, 0);
    api.answers = [{ code: 409, message: "certificates.cert-manager.io already exists" }];
    assert.equal((await gate()).code, 0);
  });

  it("gives up in time, with the last reason", async () => {
    api.answers = [noWebhook];
    const { code, stderr } = await gate({ timeoutSeconds: 1 });
    assert.equal(code, 1);
    assert.match(stderr, /still not accepted: .*failed calling webhook/);
  });

  it("waits for a kind that is not served yet", async () => {
    api.served = false;
    const { code, stderr } = await gate({ timeoutSeconds: 1 });
    assert.equal(code, 1);
    assert.match(stderr, /not yet/);
    assert.equal(api.creates.length, 0);
  });

  for (const [what, answer, message] of [
    [
      "rights that are missing",
      { code: 403, message: 'certificates is forbidden: User "x" cannot create' },
      /HTTP 403: .*forbidden/,
    ],
    [
      "a sample that the schema refuses",
      { code: 422, message: "Certificate is invalid: spec.secretName" },
      /HTTP 422/,
    ],
  ] as const) {
    it(`does not wait for ${what}`, async () => {
      api.answers = [answer];
      const { code, stderr } = await gate();
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.equal(api.creates.length, 1);
    });
  }

  it("does not wait with a kubeconfig that is not there", async () => {
    const { code, stderr } = await gate({ kubeconfig: "/nowhere/kubeconfig" });
    assert.equal(code, 2);
    assert.match(stderr, /kubeconfig \/nowhere\/kubeconfig: .*ENOENT/);
  });
});

describe("the webhook gate", () => {
  it("hands its question over on standard input and asks again for another version", async () => {
    const command = async (of: string) => {
      const args = { kubeconfig: "~/.kube/config", context: "lab", samples: [certificate], of };
      const { resources } = await recordProgram((opts) => new WebhookGate("gate", args, opts), {
        preview: true,
      });
      return resources.find(({ type }) => type === "command:local:Command")?.inputs ?? {};
    };
    const first = await command("v1");
    assert.equal(first.create, "exec node components/gate/scripts/await-webhooks.mjs");
    assert.deepEqual(JSON.parse(String(first.stdin)), {
      kubeconfig: "~/.kube/config",
      context: "lab",
      timeoutSeconds: 600,
      samples: [certificate],
    });
    assert.notDeepEqual(first.triggers, (await command("v2")).triggers);
    assert.deepEqual(first.triggers, (await command("v1")).triggers);
  });

  it("has samples that the API server would not refuse by schema", async () => {
    const schemas = await labSchemas();
    for (const sample of [
      certificate,
      bareMetalHostSample,
      ironicSample,
      ...Object.values(clusterApiSamples),
    ]) {
      assert.deepEqual(schemas.errors(sample), [], sample.kind);
    }
  });
});
