import assert from "node:assert/strict";
import type { Pod } from "../../../../sim/standins/pods/pod.ts";
import { type Service, serviceRoutes } from "../../../../sim/standins/services/service-routes.ts";

function pod(name: string, ready: boolean, change: Partial<Pod["metadata"]> = {}): Pod {
  const ports = [{ name: "webhook-server", containerPort: 9443 }];
  return {
    metadata: { name, namespace: "capi-system", labels: { app: "capi", more: "x" }, ...change },
    spec: { nodeName: "infra", containers: [{ name: "manager", image: "m", ports }] },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: "" }] },
  };
}
const service = (change: object = {}): Service => ({
  metadata: { name: "webhook", namespace: "capi-system" },
  spec: {
    clusterIP: "127.148.0.7",
    selector: { app: "capi" },
    ports: [{ port: 443, targetPort: "webhook-server" }],
    ...change,
  },
});
const locate = ({ metadata }: Pod, port: number) =>
  metadata.name === "not-here" ? undefined : { host: `host-of-${metadata.name}`, port: port + 30_000 };
const targets = (services: Service[], ...pods: Pod[]) =>
  serviceRoutes(services, pods, locate).map((route) => route.targets.map(({ host }) => host));

describe("the routes of Services", () => {
  it("lead from the cluster address to where the ready pods listen", () => {
    assert.deepEqual(serviceRoutes([service()], [pod("a", true), pod("b", false)], locate), [
      {
        host: "127.148.0.7",
        port: 443,
        of: "Service capi-system/webhook",
        targets: [{ host: "host-of-a", port: 39_443 }],
      },
    ]);
  });

  it("leave out pods of other namespaces and labels, leaving ones, and those that are not run here", () => {
    const others = [
      pod("a", true, { namespace: "other" }),
      pod("b", true, { labels: { more: "x" } }),
      pod("c", true, { deletionTimestamp: "2026-01-01T00:00:00Z" }),
      pod("not-here", true),
    ];
    assert.deepEqual(targets([service()], ...others), [[]]);
  });

  it("take a target port by number, and the Service's own when there is none", () => {
    const port = (change: object) =>
      serviceRoutes([service({ ports: [change] })], [pod("a", true)], locate)[0]?.targets[0]?.port;
    assert.equal(port({ port: 443, targetPort: 8443 }), 38_443);
    assert.equal(port({ port: 443 }), 30_443);
  });

  it("lead to pods that are not ready where that is declared", () => {
    assert.deepEqual(targets([service({ publishNotReadyAddresses: true })], pod("b", false)), [
      ["host-of-b"],
    ]);
  });

  it("are none for addresses elsewhere, headless Services, other protocols and no selector", () => {
    for (const change of [
      { clusterIP: "10.0.0.7" },
      { clusterIP: "None" },
      { ports: [{ port: 53, protocol: "UDP" }] },
      { selector: undefined },
    ]) {
      assert.deepEqual(serviceRoutes([service(change)], [pod("a", true)], locate), []);
    }
  });
});

describe("the routes of ports on the node", () => {
  const withPort = (hostIP: string) => {
    const base = pod("a", false);
    const ports = [{ containerPort: 8080, hostPort: 8088, hostIP }];
    return { ...base, spec: { ...base.spec, containers: [{ name: "n", image: "n", ports }] } };
  };

  it("lead to the pod, ready or not", () => {
    assert.deepEqual(serviceRoutes([], [withPort("127.20.0.1")], locate), [
      {
        host: "127.20.0.1",
        port: 8088,
        of: "pod capi-system/a",
        targets: [{ host: "host-of-a", port: 38_080 }],
      },
    ]);
  });

  it("are none where the pod itself listens, and off the loopback", () => {
    const itself = () => ({ host: "127.20.0.1", port: 8088 });
    assert.deepEqual(serviceRoutes([], [withPort("127.20.0.1")], itself), []);
    assert.deepEqual(serviceRoutes([], [withPort("192.0.2.1")], locate), []);
  });
});
