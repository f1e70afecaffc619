import type { KubeadmArgument, NodeRegistration } from "./kubeadm-types.ts";

/**
 * How a machine registers as a node, for `kubeadm init` and `kubeadm join` alike.
 *
 * The values in braces are filled in on the host by cloud-init from the config drive that baremetal-operator writes: the node
 * is named after its BareMetalHost, and its label with that host's UID is what CAPM3 finds it by. Without the label the
 * Machine never gets its node, and the cluster stops after the first machine.
 *
 * @param untainted true on control planes that take any work, because there are no workers.
 */
export function nodeRegistration(
  extraArgs: readonly KubeadmArgument[],
  { untainted = false }: { readonly untainted?: boolean } = {},
): NodeRegistration {
  const label = "metal3.io/uuid={{ ds.meta_data.uuid }}";
  const asked = extraArgs.find((argument) => argument.name === "node-labels");
  return {
    name: "{{ ds.meta_data.local_hostname }}",
    kubeletExtraArgs: [
      { name: "node-labels", value: asked === undefined ? label : `${label},${asked.value}` },
      ...extraArgs.filter((argument) => argument !== asked),
    ],
    ...(untainted ? { taints: [] } : {}),
  };
}
