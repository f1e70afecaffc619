const image = {
  type: "object",
  // No checksum: an OCI reference, which names its content itself.
  required: ["url"],
  properties: {
    url: { type: "string", pattern: "^(https?|oci)://", maxLength: 512 },
    checksum: { type: "string", minLength: 32 },
    checksumType: { type: "string", enum: ["md5", "sha256", "sha512"] },
    diskFormat: { type: "string", enum: ["raw", "qcow2"], default: "raw" },
  },
};

const endpoint = {
  type: "object",
  required: ["host", "port"],
  properties: {
    host: { type: "string", minLength: 1 },
    port: { type: "integer", minimum: 1, maximum: 65535 },
  },
  // Nothing else refuses another address: Cluster API would roll the control plane to a kube-vip that holds the new one,
  // while kubeconfigs, certificates and nodes keep the old one, and the cluster would be lost.
  "x-kubernetes-validations": [
    {
      rule: "self == oldSelf",
      message:
        "the endpoint of a cluster cannot change, since its certificates and nodes know it; " +
        "remove the cluster from edge-lab:clusters, run pulumi up, then declare it with the new endpoint",
    },
  ],
};

/**
 * What a Cluster tells its class, and Cluster API checks: everything that may change while the class stays the same.
 * `required` has to be spelt out (Cluster API refuses a variable without it).
 */
export const classVariables = [
  { name: "endpoint", required: true, schema: { openAPIV3Schema: endpoint } },
  { name: "controlPlaneImage", required: true, schema: { openAPIV3Schema: image } },
  { name: "workerImage", required: true, schema: { openAPIV3Schema: image } },
] as const;
