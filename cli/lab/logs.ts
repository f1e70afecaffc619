import { createInterface } from "node:readline";
import { z } from "zod";
import { apiPaths } from "./api-paths.ts";
import { ApiRefusal, type KubeApi } from "./kube-api.ts";
import type { LabContext } from "./lab-context.ts";
import { LabError } from "./lab-error.ts";
import { hostLogSources, type LogSource, logTargets } from "./log-targets.ts";
import { podsOf } from "./pods-of.ts";

export interface LogsOptions {
  readonly follow: boolean;
  /** Seconds back from now; undefined: the last `lines` of each pod. */
  readonly since?: number;
  readonly lines: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** For what is not a line of a log. */
  readonly note: (line: string) => void;
}

const hostSchema = z.object({
  status: z.object({ provisioning: z.object({ ID: z.string().default("") }).prefault({}) }).prefault({}),
});

/**
 * Says the lines of the pods behind a name, each with who said it when there are several; of a host, the lines of all
 * controllers that name it or its node in Ironic. Ends with the logs, or when told to by the signal.
 *
 * @param name of logTargets, or a host's.
 * @throws LabError when nobody has that name or none of its pods has a log to read; ApiRefusal, ApiUnreachable.
 */
export async function labLogs(lab: LabContext, name: string, options: LogsOptions): Promise<void> {
  const api = lab.infra();
  const target = logTargets[name];
  const mentioned = target === undefined ? await namesOf(lab, api, name) : undefined;
  const sources = target ?? hostLogSources;
  const found = await Promise.all(
    sources.map(async (source) => (await podsOf(api, source)).map((pod) => ({ source, pod }))),
  );
  const pods = found.flat();
  const missing = sources.filter((_, index) => found[index]?.length === 0);
  const ends = await Promise.allSettled(
    pods.map(async ({ source, pod }) => {
      const prefix = pods.length > 1 ? `${source.title}: ` : "";
      // Of a host the last lines of everything would mostly be about others.
      const lines = mentioned === undefined || options.since !== undefined ? options.lines : undefined;
      for await (const line of await podLines(api, source, pod, { ...options, lines })) {
        if (mentioned === undefined || mentioned.test(line)) options.say(`${prefix}${line}`);
      }
    }),
  );
  const failures = ends.flatMap((end, index) => {
    const source = pods[index]?.source;
    return end.status === "rejected" && source !== undefined
      ? [{ source, error: end.reason as unknown }]
      : [];
  });
  for (const { error } of failures) if (!(error instanceof ApiRefusal)) throw error;
  const silent = [...missing, ...failures.map(({ source }) => source)];
  if (silent.length === 0) return;
  const reason = failures.find(({ error }) => error instanceof Error)?.error;
  const why =
    reason instanceof Error ? reason.message : `no pod of ${silent[0]?.namespace}/${silent[0]?.deployment}`;
  const text = `no log of ${silent.map(({ title }) => title).join(", ")} (${why})`;
  const sim = silent.map((source) => `npm run sim -- logs ${source.sim}`).join("; ");
  const fix = `In the sim pods are processes that no kubelet keeps logs of: ${sim}. Elsewhere: kubectl -n ${silent[0]?.namespace} get pods`;
  if (silent.length === sources.length) throw new LabError(text, fix);
  options.note(`${text}. ${fix}.`);
}

/** What lines about a host hold: its name as a whole word, or the id of its node in Ironic. */
async function namesOf(lab: LabContext, api: KubeApi, name: string): Promise<RegExp> {
  const host = await api.find(`${apiPaths.hosts}/${encodeURIComponent(name)}`);
  if (host === undefined && !lab.config.hosts.some((one) => one.name === name)) {
    const known = [...Object.keys(logTargets), ...lab.config.hosts.map((one) => one.name)].join(", ");
    throw new LabError(`there are no logs of ${name}`, `There are those of: ${known}`);
  }
  const { ID } = hostSchema.parse(host ?? {}).status.provisioning;
  const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const word = `(?<![\\w.-])${literal(name)}(?![\\w-]|\\.\\w)`;
  return new RegExp(ID === "" ? word : `${word}|${literal(ID)}`);
}

async function podLines(
  api: KubeApi,
  { namespace, container }: LogSource,
  pod: string,
  { follow, since, lines, signal }: Omit<LogsOptions, "lines"> & { readonly lines: number | undefined },
): Promise<AsyncIterable<string>> {
  const query = new URLSearchParams({
    container,
    ...(follow ? { follow: "true" } : {}),
    ...(since === undefined ? {} : { sinceSeconds: String(Math.ceil(since)) }),
    ...(since === undefined && lines !== undefined ? { tailLines: String(lines) } : {}),
  });
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`;
  return createInterface({ input: await api.stream(path, signal), crlfDelay: Number.POSITIVE_INFINITY });
}
