import assert from "node:assert/strict";
import { KubeConfig } from "@kubernetes/client-node";
import { apiServerEnvironment } from "../../../../sim/standins/pods/api-server-environment.ts";

const environment = (server: string) => {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: "infra", server, skipTLSVerify: false }, { name: "admin" });
  return apiServerEnvironment({ config });
};

describe("what a container is told of the API server", () => {
  it("is its own address, in a kubelet's words", () => {
    assert.deepEqual(environment("https://127.0.0.1:26443"), {
      KUBERNETES_SERVICE_HOST: "127.0.0.1",
      KUBERNETES_SERVICE_PORT: "26443",
    });
    assert.deepEqual(environment("https://[::1]"), {
      KUBERNETES_SERVICE_HOST: "::1",
      KUBERNETES_SERVICE_PORT: "443",
    });
    assert.deepEqual(apiServerEnvironment({ config: new KubeConfig() }), {});
  });
});
