/** Which host a cluster's machine is on. */
export interface Placement {
  readonly host: string;
  readonly cluster: string;
  readonly machine: string;
}

/**
 * Differences after every machine was rebuilt: a host that is used no more or newly, one that serves another cluster, one
 * on which the old machine still is. Pure; empty when each came back on its own host.
 */
export function ownHosts(before: readonly Placement[], after: readonly Placement[]): string[] {
  const now = new Map(after.map((placement) => [placement.host, placement]));
  const then = new Set(before.map(({ host }) => host));
  return [
    ...before.flatMap(({ host, cluster, machine }) => {
      const found = now.get(host);
      if (found === undefined) return [`${host} was left: ${machine} did not come back to it`];
      if (found.cluster !== cluster) return [`${host} went from cluster ${cluster} to ${found.cluster}`];
      return found.machine === machine ? [`${host} still has its old machine ${machine}`] : [];
    }),
    ...after
      .filter(({ host }) => !then.has(host))
      .map(({ host, machine }) => `${host} was taken by ${machine}`),
  ];
}
