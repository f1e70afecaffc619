// Waits until the API server accepts a dry-run create of each sample object, which proves that the kind is served and
// that its webhooks answer with a certificate the API server trusts. Run by @pulumi/command as `create`.
//
// usage: node await-webhooks.mjs < request.json
// request: {"kubeconfig": path, "context"?: name, "timeoutSeconds": n, "samples": [object, …]}
//
// Nothing is stored: dryRun=All runs admission and drops the object. Exit 0 when all are accepted, 1 when not in time,
// 2 when waiting is pointless (bad kubeconfig, no rights, a sample that the schema refuses).
import { homedir } from "node:os";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { ApiException, KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";

class Pointless extends Error {}

try {
  await main(JSON.parse(await text(process.stdin)));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof Pointless ? 2 : 1;
}

async function main({ kubeconfig, context, timeoutSeconds, samples }) {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (const sample of samples) {
    const kind = `${sample.apiVersion} ${sample.kind}`;
    await accepted(() => tryCreate(connect(kubeconfig, context), sample), kind, deadline);
    console.error(`${kind}: accepted`);
  }
}

/** Anew for each attempt: a client remembers what the API server served when it first asked. */
function connect(kubeconfig, context) {
  const config = new KubeConfig();
  try {
    config.loadFromFile(resolve(kubeconfig.replace(/^~(?=\/|$)/, homedir())));
    if (context !== undefined) config.setCurrentContext(context);
    return KubernetesObjectApi.makeApiClient(config);
  } catch (error) {
    throw new Pointless(`kubeconfig ${kubeconfig}: ${error.message}`);
  }
}

async function accepted(attempt, kind, deadline) {
  let said;
  for (let wait = 500; ; wait = Math.min(wait * 1.5, 5000)) {
    const reason = await attempt();
    if (reason === undefined) return;
    if (reason !== said) console.error(`${kind}: not yet: ${reason}`);
    said = reason;
    // Jitter, so that several gates do not ask in step.
    const sleep = wait * (0.75 + Math.random() / 2);
    if (Date.now() + sleep > deadline) throw new Error(`${kind}: still not accepted: ${reason}`);
    await pause(sleep);
  }
}

/** @returns undefined when the object was accepted, else why not. */
async function tryCreate(client, sample) {
  try {
    await client.create(sample, undefined, "All", "edge-lab-gate");
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiException)) return oneLine(reasonOf(error));
    const message = oneLine(messageOf(error.body));
    // Both come after admission: its webhooks have answered.
    if (error.code === 409 || /admission webhook .* denied the request/.test(message)) return undefined;
    if (/failed calling webhook|failed to call webhook/.test(message)) return message;
    if (error.code === 400 || error.code === 401 || error.code === 403 || error.code === 422) {
      throw new Pointless(`${sample.apiVersion} ${sample.kind}: HTTP ${error.code}: ${message}`);
    }
    return `HTTP ${error.code}: ${message}`;
  }
}

function messageOf(body) {
  try {
    const status = typeof body === "string" ? JSON.parse(body) : body;
    return status?.message ?? String(body);
  } catch {
    return String(body);
  }
}

/** fetch says only "fetch failed"; why stands in its cause. */
function reasonOf(error) {
  return error?.cause?.message
    ? `${error.message} (${error.cause.message})`
    : (error?.message ?? String(error));
}

function oneLine(message) {
  const line = message.replaceAll(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
