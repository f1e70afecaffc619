import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { LabError } from "./lab-error.ts";

const entry = z.record(z.string(), z.unknown());
const schema = z.object({
  "current-context": z.string().optional(),
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  clusters: z.array(z.object({ name: z.string(), cluster: entry })),
  users: z.array(z.object({ name: z.string(), user: entry })),
});

/** Fields that name a file, and the field that holds its content in base64 instead (client-go, clientcmd/api/v1). */
const inline: Readonly<Record<string, string>> = {
  "certificate-authority": "certificate-authority-data",
  "client-certificate": "client-certificate-data",
  "client-key": "client-key-data",
};

/**
 * A kubeconfig with one context and nothing that lies in another file, so that it works wherever it is copied to: what
 * `kubectl config view --minify --flatten --raw` makes.
 *
 * @param path absolute.
 * @param context the file's current one when undefined.
 * @throws LabError when the file or what it names is not there.
 */
export async function minifiedKubeconfig(path: string, context: string | undefined): Promise<string> {
  const fix = "Check edge-lab:infra.kubeconfig and edge-lab:infra.context in the stack file";
  const text = await readFile(path, "utf8").catch(() => {
    throw new LabError(`kubeconfig ${path} cannot be read`, fix);
  });
  const result = schema.safeParse(safely(text));
  if (!result.success) throw new LabError(`${path} is no kubeconfig`, fix);
  const file = result.data;
  const wanted = context ?? file["current-context"];
  const chosen = file.contexts.find(({ name }) => name === wanted);
  const cluster = file.clusters.find(({ name }) => name === chosen?.context.cluster);
  const user = file.users.find(({ name }) => name === chosen?.context.user);
  if (chosen === undefined || cluster === undefined || user === undefined) {
    const known = file.contexts.map(({ name }) => name).join(", ") || "none";
    throw new LabError(`${path} has no complete context ${wanted ?? "selected"}; it has: ${known}`, fix);
  }
  const folder = dirname(path);
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": chosen.name,
    contexts: [chosen],
    clusters: [{ name: cluster.name, cluster: await flattened(cluster.cluster, folder) }],
    users: [{ name: user.name, user: await flattened(user.user, folder) }],
  });
}

/** undefined instead of an error that could quote a key. */
function safely(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

async function flattened(
  fields: Readonly<Record<string, unknown>>,
  folder: string,
): Promise<Record<string, unknown>> {
  const pairs = Object.entries(fields).map(async ([key, value]): Promise<[string, unknown]> => {
    const data = inline[key];
    if (data === undefined || typeof value !== "string") return [key, value];
    const file = resolve(folder, value);
    const content = await readFile(file).catch(() => {
      throw new LabError(`the kubeconfig names ${file}, which cannot be read`, "Put it there");
    });
    return [data, content.toString("base64")];
  });
  return Object.fromEntries(await Promise.all(pairs));
}
