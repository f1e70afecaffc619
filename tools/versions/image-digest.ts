import { createHash } from "node:crypto";
import { z } from "zod";
import { ToolError } from "../tool-error.ts";

/** Index types first: the digest of a list of platforms is right on every machine. */
const accept = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/**
 * Asks an image's registry for the digest behind a tag, without pulling the image.
 *
 * OCI distribution specification, "Pulling manifests"; anonymous tokens as Docker's registry authentication describes.
 * @param url of the manifest, from `imageManifestUrl`.
 * @returns `sha256:<hex>`, computed from the manifest's own bytes.
 * @throws ToolError http, no-network.
 */
export async function imageDigest(url: string, signal?: AbortSignal): Promise<string> {
  let response = await request(url, {}, signal);
  if (response.status === 401) {
    await response.body?.cancel();
    const token = await anonymousToken(url, response.headers.get("www-authenticate") ?? "", signal);
    response = await request(url, { authorization: `Bearer ${token}` }, signal);
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new ToolError(
      "http",
      `${url} answered ${response.status}`,
      "Does the tag exist, and is it public?",
    );
  }
  const manifest = Buffer.from(await response.arrayBuffer());
  return `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
}

/** Where a registry keeps the manifest of `repository:tag`, e.g. of docker.io/library/node. */
export function imageManifestUrl(repository: string, tag: string): string {
  const [registry = "", ...path] = repository.split("/");
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  return `https://${host}/v2/${path.join("/")}/manifests/${tag}`;
}

async function request(
  url: string,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Response> {
  const limit = AbortSignal.timeout(30_000);
  try {
    return await fetch(url, {
      headers: { accept, ...headers },
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
  } catch (error) {
    if (signal?.aborted === true) throw new ToolError("interrupted", `asking ${url} was interrupted`, "");
    const { message } =
      error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
    throw new ToolError("no-network", `${url} could not be asked: ${message}`, "Check the network.", {
      cause: error,
    });
  }
}

async function anonymousToken(url: string, challenge: string, signal?: AbortSignal): Promise<string> {
  const parameters = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  const realm = parameters.get("realm");
  if (realm === undefined)
    throw new ToolError("http", `${url} asks for a login`, "Only public images can be pinned.");
  const target = new URL(realm);
  for (const name of ["service", "scope"]) {
    const value = parameters.get(name);
    if (value !== undefined) target.searchParams.set(name, value);
  }
  const response = await request(target.href, {}, signal);
  const answer = tokenAnswer.safeParse(await response.json().catch(() => undefined));
  const token = answer.data?.token ?? answer.data?.access_token;
  if (token === undefined) throw new ToolError("http", `${target.host} gave no token for ${url}`, "");
  return token;
}
