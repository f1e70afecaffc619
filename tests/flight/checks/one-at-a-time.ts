import type { Segment } from "../timeline/segments.ts";

/**
 * Pairs of hosts that were both out of service at the same time. Pure; empty when they took turns.
 *
 * @param segments of hosts.
 * @param hosts of one role, all of them in service at the beginning.
 */
export function oneAtATime(segments: readonly Segment[], hosts: readonly string[]): string[] {
  const outs = hosts.map((host) => ({ host, times: outOfService(segments, host) }));
  return outs.flatMap(({ host, times }, index) =>
    outs.slice(index + 1).flatMap((other) => {
      const common = times.flatMap((one) =>
        other.times
          .map((two) => ({ from: Math.max(one.from, two.from), to: Math.min(one.to, two.to) }))
          .filter(({ from, to }) => to > from),
      );
      const [first] = common;
      if (first === undefined) return [];
      const seconds = ((first.to - first.from) / 1000).toFixed(0);
      const at = new Date(first.from).toISOString().slice(11, 19);
      return [`${host} and ${other.host} were both out for ${seconds} s from ${at}`];
    }),
  );
}

/** The stretches in which a host was not provisioned, adjoining ones as one. Pure. */
export function outOfService(
  segments: readonly Segment[],
  host: string,
): { readonly from: number; readonly to: number }[] {
  const out: { from: number; to: number }[] = [];
  for (const { lane, state, from, to } of segments) {
    if (lane !== host || state === "provisioned") continue;
    const last = out.at(-1);
    if (last?.to === from) last.to = to;
    else out.push({ from, to });
  }
  return out;
}
