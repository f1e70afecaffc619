import { readFileSync } from "node:fs";
import { restrictedPodSecurity } from "../../components/kubernetes/restricted-security.ts";
import type { WriterIdentity } from "./writer-identity.ts";

/** Where the writer runs and how it is reached. */
export interface WriterPlace {
  readonly namespace: string;
  /** The image server's claim, and the label app.kubernetes.io/name of its pod. */
  readonly server: string;
  /** Of the infra node, as for the image server. */
  readonly address: string;
  readonly port: number;
  /** Reference of an image with Node 22.18 or newer. */
  readonly image: string;
}

/** A Kubernetes object's owner: what goes with it. */
export interface Owner {
  readonly name: string;
  readonly uid: string;
}

export const writerName = "image-writer";
const port = 8443;
/** As the image server's: the files in the volume belong to it. */
const userId = 101;
/** A writer whose client has died ends by itself. */
const longestSeconds = 6 * 3600;
const programs = ["image-writer.mts", "image-volume.mts"];

/** The writer's pod, on the node that has the volume. Pure. */
export function writerPod({ namespace, server, address, port: hostPort, image }: WriterPlace): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: writerName, namespace, labels: { "app.kubernetes.io/name": writerName } },
    spec: {
      restartPolicy: "OnFailure",
      activeDeadlineSeconds: longestSeconds,
      terminationGracePeriodSeconds: 10,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPodSecurity(userId),
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            {
              labelSelector: { matchLabels: { "app.kubernetes.io/name": server } },
              topologyKey: "kubernetes.io/hostname",
            },
          ],
        },
      },
      containers: [
        {
          name: writerName,
          image,
          imagePullPolicy: "IfNotPresent",
          args: [
            "/program/image-writer.mts",
            ...["--images", "/images"],
            ...["--listen", `0.0.0.0:${port}`],
            ...["--identity", "/identity"],
          ],
          ports: [{ name: "https", containerPort: port, hostPort, hostIP: address }],
          resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "512Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          readinessProbe: { tcpSocket: { port: "https" }, periodSeconds: 2, timeoutSeconds: 5 },
          volumeMounts: [
            { name: "images", mountPath: "/images" },
            { name: "program", mountPath: "/program", readOnly: true },
            { name: "identity", mountPath: "/identity", readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: "images", persistentVolumeClaim: { claimName: server } },
        { name: "program", configMap: { name: writerName } },
        { name: "identity", secret: { secretName: writerName, defaultMode: 0o440 } },
      ],
    },
  };
}

/** What the pod waits for: its programs and its identity. They go when it goes. */
export function writerFiles(
  { namespace }: WriterPlace,
  identity: WriterIdentity,
  pod: Owner,
): { readonly configMap: object; readonly secret: object } {
  const metadata = {
    name: writerName,
    namespace,
    ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: pod.name, uid: pod.uid }],
  };
  const text = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");
  return {
    configMap: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: Object.fromEntries(programs.map((file) => [file, text(file)])),
    },
    secret: {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      stringData: { "tls.crt": identity.certificate, "tls.key": identity.key, token: identity.token },
    },
  };
}
