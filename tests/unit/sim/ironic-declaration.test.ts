import assert from "node:assert/strict";
import { declarationOf } from "../../../sim/ironic/declaration-of.ts";
import { extraConfigEnvironment, ironicConfiguration } from "../../../sim/ironic/ironic-configuration.ts";
import type { KubeObject } from "../../../sim/kubernetes/kube-object.ts";

const encoded = (text: string) => Buffer.from(text).toString("base64");
const secret = (data: Readonly<Record<string, string>>): KubeObject => ({
  metadata: { name: "s" },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encoded(value)])),
});
const inputs = new Map<string, KubeObject>([
  ["Secret/login", secret({ username: "ironic", password: "secret\n" })],
  ["Secret/tls", secret({ "tls.crt": "CERTIFICATE", "tls.key": "KEY" })],
  ["ConfigMap/ca", { metadata: { name: "ca" }, data: { "ca.crt": "AUTHORITY" } }],
]);

describe("declarationOf an Ironic resource", () => {
  const spec = {
    apiCredentialsName: "login",
    networking: { ipAddress: "127.20.0.1" },
    tls: { certificateName: "tls", bmcCA: { kind: "ConfigMap" as const, name: "ca" } },
    extraConfig: [{ group: "conductor", name: "sync_power_state_interval", value: "120" }],
  };

  it("holds what the named objects hold, and the operator's default ports", () => {
    assert.deepEqual(declarationOf(spec, inputs), {
      address: "127.20.0.1",
      apiPort: 6385,
      filesPort: 6180,
      username: "ironic",
      password: "secret",
      tls: { certificate: "CERTIFICATE", key: "KEY" },
      bmcAuthority: "AUTHORITY",
      extraConfig: spec.extraConfig,
    });
  });

  it("names what is missing", () => {
    assert.match(String(declarationOf({ ...spec, networking: {} }, inputs)), /spec\.networking\.ipAddress/);
    assert.match(
      String(declarationOf({ ...spec, apiCredentialsName: "tls" }, inputs)),
      /secret tls holds no username/,
    );
    const tls = { certificateName: "login" };
    assert.match(String(declarationOf({ ...spec, tls }, inputs)), /secret login holds no tls\.crt/);
  });
});

describe("ironicConfiguration", () => {
  const options = {
    folder: "/var/lib/a$b",
    address: "127.20.0.1",
    apiPort: 6385,
    filesPort: 6180,
    tls: true,
    bmcAuthority: true,
  };

  it("speaks TLS and checks BMCs only where there is a certificate and an authority", () => {
    const text = ironicConfiguration(options);
    assert.match(text, /^enable_ssl_api = true$/m);
    assert.match(text, /^endpoint_override = https:\/\/127\.20\.0\.1:6385$/m);
    assert.match(text, /^verify_ca = .*bmc-ca\.crt$/m);
    const plain = ironicConfiguration({ ...options, tls: false, bmcAuthority: false });
    assert.doesNotMatch(plain, /enable_ssl_api|verify_ca|https:/);
  });

  it("writes a dollar sign so that oslo.config does not take it for a reference", () => {
    assert.match(ironicConfiguration(options), /^state_path = \/var\/lib\/a\$\$b$/m);
  });

  it("hands spec.extraConfig on as oslo.config's environment variables", () => {
    assert.deepEqual(
      extraConfigEnvironment([
        { group: "conductor", name: "sync_power_state_interval", value: "120" },
        { name: "debug", value: "true" },
      ]),
      { OS_CONDUCTOR__SYNC_POWER_STATE_INTERVAL: "120", OS_DEFAULT__DEBUG: "true" },
    );
  });
});
