import type { ToolName } from "../components/versions.ts";
import { type ResolvedTool, resolveTools, toolsPath } from "../tools/resolver.ts";
import type { ControlPlaneTools } from "./control-plane/kwokctl-configuration.ts";
import { type ControllerTool, controllerTools } from "./controllers.ts";

/** The outside tools of one sim. */
export interface SimTools extends ControlPlaneTools {
  readonly pulumi: string;
  /** The controllers' programs. */
  readonly controllers: Readonly<Record<ControllerTool, string>>;
  /** Entries to put before PATH, joined by ":"; empty when all tools were on PATH. */
  readonly path: string;
}

const NAMES = [
  "pulumi",
  "pulumi-language-nodejs",
  "pulumi-resource-kubernetes",
  "pulumi-resource-command",
  "kubectl",
  "kwok",
  "kwokctl",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "clusterctl",
  ...controllerTools,
] as const satisfies readonly ToolName[];

/** Finds, downloads or builds what the sim needs. Long work shows its own progress on standard error. */
export async function simTools(signal?: AbortSignal): Promise<SimTools> {
  const resolved = await resolveTools(NAMES, signal ? { signal } : {});
  const path = (name: (typeof NAMES)[number]) => pathOf(resolved, name);
  return {
    pulumi: path("pulumi"),
    kubectl: path("kubectl"),
    kwok: path("kwok"),
    kwokctl: path("kwokctl"),
    etcd: path("etcd"),
    "kube-apiserver": path("kube-apiserver"),
    "kube-controller-manager": path("kube-controller-manager"),
    "kube-scheduler": path("kube-scheduler"),
    controllers: {
      "baremetal-operator": path("baremetal-operator"),
      "cluster-api-core": path("cluster-api-core"),
      "cluster-api-bootstrap": path("cluster-api-bootstrap"),
      "cluster-api-control-plane": path("cluster-api-control-plane"),
      "cluster-api-provider-metal3": path("cluster-api-provider-metal3"),
      "ip-address-manager": path("ip-address-manager"),
    },
    path: toolsPath(resolved),
  };
}

function pathOf(resolved: readonly ResolvedTool[], name: ToolName): string {
  const tool = resolved.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`${name} was not resolved`);
  return tool.path;
}
