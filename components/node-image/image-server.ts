import { createHash } from "node:crypto";
import type { LabConfig } from "../config/index.ts";
import { imageReference } from "../kubernetes/image-reference.ts";
import type { PlainObject } from "../kubernetes/object.ts";
import { restrictedPodSecurity } from "../kubernetes/restricted-security.ts";
import { skipAwait } from "../kubernetes/skip-await.ts";
import { nginxConfig } from "./nginx-config.ts";

/** The image server's objects. */
export interface ImageServer {
  readonly config: PlainObject;
  readonly volume: PlainObject;
  readonly service: PlainObject;
  readonly deployment: PlainObject;
}

/** Of the Deployment, its claim and its label. */
export const imageServerName = "image-server";
const name = imageServerName;
const labels = { "app.kubernetes.io/name": name };
/** Of the user nginx in nginxinc/nginx-unprivileged. */
const userId = 101;
const port = 8080;

/**
 * nginx with a volume, on a port of the node, where bare machines reach it: they resolve no cluster name. Pure.
 *
 * One replica and Recreate, because the volume can be written by one node only and the node's port taken once.
 */
export function imageServer(
  config: Pick<LabConfig, "nodeImage" | "versions" | "await">,
  namespace: string,
): ImageServer {
  const { serve } = config.nodeImage;
  const nginx = nginxConfig(port);
  const metadata = { name, namespace, labels };
  const annotations = config.await !== "none" ? {} : skipAwait();
  return {
    config: { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "nginx.conf": nginx } },
    volume: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      // local-path binds a volume when its first pod comes: waiting for it before the pod would be for ever.
      metadata: { ...metadata, annotations: skipAwait() },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: serve.storageClass,
        resources: { requests: { storage: serve.size } },
      },
    },
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...metadata, annotations: skipAwait() },
      spec: { type: "ClusterIP", selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    },
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { ...metadata, annotations },
      spec: {
        replicas: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, annotations: { "edge-lab/config-hash": sha256(nginx) } },
          spec: podSpec(imageReference(config, "nginx"), serve),
        },
      },
    },
  };
}

const health = { path: "/healthz", port: "http" };

function podSpec(image: string, serve: LabConfig["nodeImage"]["serve"]): object {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPodSecurity(userId),
    containers: [
      {
        name,
        image,
        imagePullPolicy: "IfNotPresent",
        ports: [{ name: "http", containerPort: port, hostPort: serve.port, hostIP: serve.address }],
        resources: { requests: { cpu: "50m", memory: "32Mi" }, limits: { memory: "256Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        readinessProbe: { httpGet: health, periodSeconds: 10, timeoutSeconds: 5 },
        // Unready alone would not help: hosts come by a port of the node. A restart cuts off downloads, so only after a minute.
        livenessProbe: { httpGet: health, periodSeconds: 20, timeoutSeconds: 10 },
        volumeMounts: [
          { name: "config", mountPath: "/etc/nginx/nginx.conf", subPath: "nginx.conf", readOnly: true },
          { name: "images", mountPath: "/images", readOnly: true },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "config", configMap: { name } },
      { name: "images", persistentVolumeClaim: { claimName: name } },
      { name: "tmp", emptyDir: {} },
    ],
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
