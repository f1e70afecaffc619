/** The part of a cluster that decides whether it is one machine. */
interface Shape {
  readonly controlPlane?: { readonly replicas?: number; readonly untainted?: boolean };
  readonly workers?: { readonly replicas?: number };
}

/** Whether a cluster is one machine that runs everything: one untainted control plane and no workers. */
export function isSingleNode(cluster: Shape): boolean {
  return (
    cluster.controlPlane?.replicas === 1 &&
    cluster.controlPlane.untainted === true &&
    (cluster.workers?.replicas ?? 0) === 0
  );
}
