import type { KubeClient } from "../../kubernetes/kube-client.ts";
import { kinds } from "../../kubernetes/resource-kind.ts";
import type { Container, EnvVar, Pod } from "./pod.ts";
import { VolumeNotReady } from "./pod-volumes.ts";

/**
 * A container's environment variables: values, fields of the pod, keys of ConfigMaps and Secrets (core/v1 EnvVar and
 * EnvFromSource; a later source wins, and `env` wins over `envFrom`).
 * @throws VolumeNotReady when a ConfigMap, Secret or key that is not optional is missing: the pod waits.
 * @throws Error when a variable comes from something that is not known here.
 */
export async function containerEnvironment(
  client: Pick<KubeClient, "get">,
  container: Container,
  pod: Pod,
  address: string,
): Promise<Record<string, string>> {
  const { namespace = "default" } = pod.metadata;
  const dataOf = async (kind: "configMap" | "secret", name: string, optional = false) => {
    const object = await client.get(kinds[kind], name, namespace);
    if (!object && !optional) throw new VolumeNotReady(`${kind.toLowerCase()} "${name}" not found`);
    const entries = Object.entries(object?.data ?? {});
    return new Map(
      kind === "configMap"
        ? entries
        : entries.map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
    );
  };
  const keyOf = async (
    kind: "configMap" | "secret",
    from: { name: string; key: string; optional?: boolean },
  ) => {
    const value = (await dataOf(kind, from.name, from.optional)).get(from.key);
    if (value === undefined && !from.optional)
      throw new VolumeNotReady(`${kind.toLowerCase()} "${from.name}" has no key ${from.key}`);
    return value;
  };

  const variables = new Map<string, string>();
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const data = new Map<string, string>();
    if (configMapRef)
      for (const entry of await dataOf("configMap", configMapRef.name, configMapRef.optional))
        data.set(...entry);
    if (secretRef)
      for (const entry of await dataOf("secret", secretRef.name, secretRef.optional)) data.set(...entry);
    for (const [name, value] of data) variables.set(prefix + name, value);
  }
  for (const variable of container.env ?? []) {
    const { configMapKeyRef, secretKeyRef, fieldRef } = variable.valueFrom ?? {};
    const value = configMapKeyRef
      ? await keyOf("configMap", configMapKeyRef)
      : secretKeyRef
        ? await keyOf("secret", secretKeyRef)
        : fieldRef
          ? field(container, variable, pod, address)
          : plain(container, variable);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return Object.fromEntries(variables);
}

function plain(container: Container, { name, value, valueFrom }: EnvVar): string {
  if (valueFrom) throw unknownSource(container, name);
  return value ?? "";
}

function field(container: Container, { name, valueFrom }: EnvVar, pod: Pod, address: string): string {
  const { metadata, spec } = pod;
  const fields: Readonly<Record<string, string>> = {
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace ?? "default",
    "metadata.uid": metadata.uid ?? "",
    "spec.nodeName": spec?.nodeName ?? "",
    "spec.serviceAccountName": spec?.serviceAccountName ?? "default",
    // Where it really listens: the address in the pod's status leads nowhere.
    "status.podIP": address,
    "status.hostIP": address,
  };
  const value = fields[valueFrom?.fieldRef?.fieldPath ?? ""];
  if (value === undefined) throw unknownSource(container, name);
  return value;
}

function unknownSource(container: Container, name: string): Error {
  return new Error(
    `container ${container.name}: env ${name} comes from something the pod runner does not know`,
  );
}
