import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { urlHost } from "../../../components/http/url-host.ts";
import type { KubeClient } from "../../kubernetes/kube-client.ts";
import type { KubeObject } from "../../kubernetes/kube-object.ts";
import { kinds } from "../../kubernetes/resource-kind.ts";

/** ironic.metal3.io/v1alpha1 Ironic, the fields that its clients need. */
interface IronicSpec {
  readonly apiCredentialsName?: string;
  readonly networking?: { readonly ipAddress?: string; readonly apiPort?: number };
  readonly tls?: { readonly certificateName?: string };
}

const DEFAULT_API_PORT = 6385;

/**
 * Tells the baremetal-operator where Ironic is. It is declared with the name of an Ironic resource, and asks the Service
 * of that name in the cluster's DNS, which does not exist here. In its place it gets what the same resource says in the
 * form for an Ironic elsewhere (baremetal-operator, docs/configuration.md): IRONIC_ENDPOINT, and files with the API's
 * login and authority, as the resource's Secrets have them.
 *
 * @param environment of the container.
 * @param folder a private folder of the pod, for the files.
 * @returns the environment as it was while the resource or one of its Secrets is not there: the operator then waits for
 * the resource by itself.
 */
export async function ironicEnvironment(
  client: Pick<KubeClient, "get">,
  environment: Readonly<Record<string, string>>,
  namespace: string,
  folder: string,
): Promise<Record<string, string>> {
  const { IRONIC_NAME: name, IRONIC_NAMESPACE: given, ...others } = environment;
  if (!name) return { ...environment };
  const where = given || namespace;
  const ironic = await client.get<KubeObject<IronicSpec>>(kinds.ironic, name, where);
  const { apiCredentialsName, networking, tls } = ironic?.spec ?? {};
  if (!networking?.ipAddress || !apiCredentialsName) return { ...environment };
  const login = await client.get(kinds.secret, apiCredentialsName, where);
  const certificate = tls?.certificateName
    ? await client.get(kinds.secret, tls.certificateName, where)
    : undefined;
  const username = decode(login, "username");
  const password = decode(login, "password");
  const trust = decode(certificate, "ca.crt") ?? decode(certificate, "tls.crt");
  if (!username || !password || (tls?.certificateName && !trust)) return { ...environment };

  // They are read once, at the start: other ones lie elsewhere, so that the operator is started anew.
  const digest = createHash("sha256")
    .update(JSON.stringify([username, password, trust]))
    .digest("hex");
  const own = join(folder, digest.slice(0, 16));
  const credentials = join(own, "ironic");
  mkdirSync(credentials, { recursive: true, mode: 0o700 });
  writeFileSync(join(credentials, "username"), username, { mode: 0o600 });
  writeFileSync(join(credentials, "password"), password, { mode: 0o600 });
  const caFile = join(own, "ironic-ca.crt");
  if (trust) writeFileSync(caFile, trust);
  const { ipAddress, apiPort = DEFAULT_API_PORT } = networking;
  return {
    ...others,
    IRONIC_ENDPOINT: `${trust ? "https" : "http"}://${urlHost(ipAddress)}:${apiPort}/v1/`,
    METAL3_AUTH_ROOT_DIR: own,
    ...(trust ? { IRONIC_CACERT_FILE: caFile } : {}),
  };
}

function decode(secret: KubeObject | undefined, key: string): string | undefined {
  const value = secret?.data?.[key];
  return value ? Buffer.from(value, "base64").toString("utf8") : undefined;
}
