import type { IronicSpec } from "../../sim/ironic/ironic-spec.ts";
import type { KubeClient } from "../../sim/kubernetes/kube-client.ts";
import type { KubeObject } from "../../sim/kubernetes/kube-object.ts";
import { kinds, type ResourceKind } from "../../sim/kubernetes/resource-kind.ts";
import type { StandIn } from "../../sim/standins/stand-in.ts";

const endpointSlice: ResourceKind = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  namespaced: true,
};
const manager = "ironic-standalone-operator";

/**
 * Plays the rest of ironic-standalone-operator where there is a name service: the Service of an Ironic resource's name, by
 * which the baremetal-operator asks for it (operator 0.11: port 443 with TLS and 80 without lead to the API). Its endpoint is
 * written by hand, since the Ironic behind it is no pod.
 */
export class IronicName implements StandIn {
  readonly name = "ironic-name";
  readonly kinds: readonly ResourceKind[] = [kinds.ironic];
  readonly #client: Pick<KubeClient, "list" | "apply">;

  constructor(client: Pick<KubeClient, "list" | "apply">) {
    this.#client = client;
  }

  async reconcile(): Promise<void> {
    for (const { metadata, spec } of await this.#client.list<KubeObject<IronicSpec>>(kinds.ironic)) {
      const { ipAddress, apiPort = 6385 } = spec?.networking ?? {};
      if (metadata.deletionTimestamp || ipAddress === undefined) continue;
      const { name, namespace = "", uid = "" } = metadata;
      const ownerReferences = [{ apiVersion: kinds.ironic.apiVersion, kind: kinds.ironic.kind, name, uid }];
      const port = { name: "api", protocol: "TCP" };
      const service = {
        metadata: { name, namespace, ownerReferences },
        spec: { ports: [{ ...port, port: spec?.tls?.certificateName ? 443 : 80, targetPort: apiPort }] },
      };
      const labels = { "kubernetes.io/service-name": name };
      const endpoint = {
        metadata: { name, namespace, labels, ownerReferences },
        addressType: "IPv4",
        endpoints: [{ addresses: [ipAddress], conditions: { ready: true } }],
        ports: [{ ...port, port: apiPort }],
      };
      await this.#client.apply(kinds.service, service, manager);
      await this.#client.apply(endpointSlice, endpoint, manager);
    }
  }
}
