/** Marks by which a lab is held still: by them its controllers do nothing, and `lab resume` knows what is to be let go. */
export const holds = {
  /** metal3.io: baremetal-operator leaves the host alone, deletion included, whatever the value. */
  hostPause: "baremetalhost.metal3.io/paused",
  /** Its value where it is ours; another one is somebody else's. */
  hostPauseValue: "edge-lab",
  /** metal3.io: status of a host that has none, in place of a new inspection. */
  hostStatus: "baremetalhost.metal3.io/status",
  /** On a Cluster: that its spec.paused is ours. */
  clusterMark: "edge-lab/held",
  /** ConfigMap in the lab's namespace: which backup is being restored. */
  restoreRecord: "edge-lab-restore",
} as const;
