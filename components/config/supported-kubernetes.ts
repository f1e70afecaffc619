/** Kubernetes minor versions that Cluster API 1.13 (from 1.13.1) builds clusters of: v1.30 to v1.36. */
export const supportedKubernetes = { major: 1, oldestMinor: 30, newestMinor: 36 } as const;

/** How many minor versions a kubelet may be behind the API server (Kubernetes' version skew policy). */
export const largestKubeletSkew = 3;

/** Kubernetes minor versions that Cluster API 1.13 itself runs on: the infra cluster's. */
export const managementKubernetes = { major: 1, oldestMinor: 32, newestMinor: 36 } as const;
