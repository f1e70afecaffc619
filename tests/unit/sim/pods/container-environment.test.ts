import assert from "node:assert/strict";
import type { KubeObject } from "../../../../sim/kubernetes/kube-object.ts";
import type { ResourceKind } from "../../../../sim/kubernetes/resource-kind.ts";
import { containerEnvironment } from "../../../../sim/standins/pods/container-environment.ts";
import type { Container, Pod } from "../../../../sim/standins/pods/pod.ts";
import { VolumeNotReady } from "../../../../sim/standins/pods/pod-volumes.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const objects: Readonly<Record<string, Record<string, string>>> = {
  "ConfigMap ns/ironic": { IRONIC_NAME: "ironic", LEVEL: "info" },
  "Secret ns/login": { password: base64("s3cret") },
};
const client = {
  get: async <T extends KubeObject>(kind: ResourceKind, name: string, namespace?: string) => {
    const data = objects[`${kind.kind} ${namespace}/${name}`];
    return data ? ({ metadata: { name }, data } as unknown as T) : undefined;
  },
};
const pod: Pod = {
  metadata: { name: "p-1", namespace: "ns", uid: "u" },
  spec: { nodeName: "infra", containers: [] },
};
const environment = (container: Partial<Container>) =>
  containerEnvironment(client, { name: "c", image: "i", ...container }, pod, "127.84.0.2");

describe("the environment of a container", () => {
  it("has values, the pod's fields and keys of ConfigMaps and Secrets; env wins over envFrom", async () => {
    const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
    assert.deepEqual(
      await environment({
        envFrom: [{ configMapRef: { name: "ironic" } }, { prefix: "API_", secretRef: { name: "login" } }],
        env: [
          { name: "LEVEL", value: "debug" },
          field("POD_NAMESPACE", "metadata.namespace"),
          field("POD_UID", "metadata.uid"),
          field("NODE", "spec.nodeName"),
          field("IP", "status.podIP"),
          { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "login", key: "password" } } },
        ],
      }),
      {
        IRONIC_NAME: "ironic",
        API_password: "s3cret",
        LEVEL: "debug",
        POD_NAMESPACE: "ns",
        POD_UID: "u",
        NODE: "infra",
        IP: "127.84.0.2",
        PASSWORD: "s3cret",
      },
    );
  });

  it("waits for an object or a key that is missing, unless it is optional", async () => {
    const key = { name: "login", key: "username" };
    const missing: Partial<Container>[] = [
      { envFrom: [{ configMapRef: { name: "none" } }] },
      { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "none", key: "a" } } }] },
      { env: [{ name: "A", valueFrom: { secretKeyRef: key } }] },
    ];
    for (const container of missing) await assert.rejects(environment(container), VolumeNotReady);
    const optional = {
      envFrom: [{ configMapRef: { name: "none", optional: true } }],
      env: [{ name: "A", valueFrom: { secretKeyRef: { ...key, optional: true } } }],
    };
    assert.deepEqual(await environment(optional), {});
  });

  it("refuses what it does not know rather than leaving it out", async () => {
    for (const valueFrom of [{ fieldRef: { fieldPath: "status.qosClass" } }, { resourceFieldRef: {} }])
      await assert.rejects(environment({ env: [{ name: "NODE", valueFrom }] }), /env NODE comes from/);
  });
});
