import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { waitUntil } from "../../../processes/wait-until.ts";
import { ApiClient } from "./api-client.ts";
import { kubeletFiles } from "./kubelet-settings.ts";

const REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const SIGNED_MS = 60_000;

interface SigningRequest {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly certificate?: string;
    readonly conditions?: readonly { readonly type: string; readonly message?: string }[];
  };
}

/**
 * A kubelet's TLS bootstrap: with the bootstrap kubeconfig of `kubeadm join` it asks for a client certificate by a
 * CertificateSigningRequest, waits for the controller manager's signature and writes kubelet.conf, which kubeadm waits
 * for. The kubeconfig appears last and by a rename.
 *
 * @throws Error when the request is denied, or not signed within a minute; to be tried again.
 */
export async function bootstrapTls(nodeName: string): Promise<void> {
  // Loaded here only: most boots need no certificate, and the library takes its share of memory.
  const { clientCertificateRequest } = await import("./certificates.ts");
  const client = new ApiClient(kubeletFiles.bootstrapKubeconfig);
  try {
    const { key, request } = await clientCertificateRequest(nodeName);
    const made = await client.create<SigningRequest>(REQUESTS, {
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { generateName: "csr-" },
      spec: {
        request: Buffer.from(request).toString("base64"),
        signerName: "kubernetes.io/kube-apiserver-client-kubelet",
        usages: ["digital signature", "client auth"],
      },
    });
    const { name } = made.metadata;
    const certificate = await waitUntil(
      async () => {
        const { status } = (await client.get<SigningRequest>(`${REQUESTS}/${name}`)) ?? {};
        return status?.certificate;
      },
      { timeoutMs: SIGNED_MS, everyMs: 300, what: `the certificate of request ${name}` },
    );
    const pair = storePair(Buffer.from(certificate, "base64").toString("utf8"), key);
    writeKubeconfig(client, pair);
  } finally {
    client.close();
  }
}

/** As the real one: a dated file and a link to the current one, certificate and key in one. */
function storePair(certificate: string, key: string): string {
  mkdirSync(kubeletFiles.pki, { recursive: true, mode: 0o700 });
  const dated = join(
    kubeletFiles.pki,
    `kubelet-client-${new Date().toISOString().replace(/[:.]/g, "-")}.pem`,
  );
  writeFileSync(dated, `${certificate}${key}`, { mode: 0o600 });
  const current = join(kubeletFiles.pki, "kubelet-client-current.pem");
  rmSync(current, { force: true });
  symlinkSync(dated, current);
  return current;
}

function writeKubeconfig(client: ApiClient, pair: string): void {
  const text = stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "default-cluster", cluster: client.cluster }],
    users: [{ name: "default-auth", user: { "client-certificate": pair, "client-key": pair } }],
    contexts: [
      {
        name: "default-context",
        context: { cluster: "default-cluster", user: "default-auth", namespace: "default" },
      },
    ],
    "current-context": "default-context",
  });
  const draft = `${kubeletFiles.kubeconfig}.new`;
  writeFileSync(draft, text);
  chmodSync(draft, 0o600);
  renameSync(draft, kubeletFiles.kubeconfig);
}
