import { hostNamespace } from "../config/index.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { emulatorLabels, emulatorNames, labNamespace } from "./names.ts";

const metadata = { name: emulatorNames.workload, namespace: hostNamespace, labels: emulatorLabels };
const read = ["get", "list", "watch"];

/**
 * What the emulator may do in the cluster: look at hosts, machines and clusters where they are, for its console. Pure. Nothing of it
 * is in another namespace, and no Secret, although the passwords of machines and the clusters' administrators lie beside those objects.
 */
export function kubernetesView(): readonly [role: PlainObject, binding: PlainObject] {
  const api = "rbac.authorization.k8s.io";
  return [
    {
      apiVersion: `${api}/v1`,
      kind: "Role",
      metadata,
      rules: [
        { apiGroups: ["metal3.io"], resources: ["baremetalhosts"], verbs: read },
        { apiGroups: ["cluster.x-k8s.io"], resources: ["machines", "clusters"], verbs: read },
      ],
    },
    {
      apiVersion: `${api}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: api, kind: "Role", name: emulatorNames.workload },
      subjects: [{ kind: "ServiceAccount", name: emulatorNames.workload, namespace: labNamespace }],
    },
  ];
}
