const infrastructure = "infrastructure.cluster.x-k8s.io/v1beta2";
const controlPlane = "controlplane.cluster.x-k8s.io/v1beta2";

const replaceImage = (name: string, variable: string, matchResources: object) => ({
  name,
  definitions: [
    {
      selector: { apiVersion: infrastructure, kind: "Metal3MachineTemplate", matchResources },
      jsonPatches: [{ op: "replace", path: "/spec/template/spec/image", valueFrom: { variable } }],
    },
  ],
});

/**
 * How the class's variables enter its templates. Pure.
 *
 * Only paths below spec.template.spec: Cluster API accepts others and silently does nothing with them.
 *
 * @param kubeVipManifest Go template of kube-vip's file; it knows the variable `endpoint`.
 * @param workerClass name of the class's machine deployment class.
 */
export function classPatches(kubeVipManifest: string, workerClass: string): readonly object[] {
  return [
    {
      name: "endpoint",
      description: "The cluster's shared address, for Cluster API and for kube-vip, which holds it.",
      definitions: [
        {
          selector: {
            apiVersion: infrastructure,
            kind: "Metal3ClusterTemplate",
            matchResources: { infrastructureCluster: true },
          },
          jsonPatches: [
            {
              op: "replace",
              path: "/spec/template/spec/controlPlaneEndpoint",
              valueFrom: { variable: "endpoint" },
            },
          ],
        },
        {
          selector: {
            apiVersion: controlPlane,
            kind: "KubeadmControlPlaneTemplate",
            matchResources: { controlPlane: true },
          },
          jsonPatches: [
            {
              op: "add",
              path: "/spec/template/spec/kubeadmConfigSpec/files/-",
              valueFrom: { template: kubeVipManifest },
            },
            // Cluster API takes the API server's own port from here, not from the shared address.
            {
              op: "add",
              path: "/spec/template/spec/kubeadmConfigSpec/initConfiguration/localAPIEndpoint",
              valueFrom: { template: "bindPort: {{ .endpoint.port }}" },
            },
            {
              op: "add",
              path: "/spec/template/spec/kubeadmConfigSpec/joinConfiguration/controlPlane",
              valueFrom: { template: "localAPIEndpoint: { bindPort: {{ .endpoint.port }} }" },
            },
          ],
        },
      ],
    },
    replaceImage("control-plane-image", "controlPlaneImage", { controlPlane: true }),
    replaceImage("worker-image", "workerImage", { machineDeploymentClass: { names: [workerClass] } }),
  ];
}
