import { z } from "zod";
import type { KubeApi } from "./kube-api.ts";

const podSchema = z.object({ metadata: z.object({ name: z.string() }) });

/**
 * Names of a Deployment's pods, DEPLOYMENT-REPLICASET-SUFFIX: their labels are the release manifests' own affair.
 * @throws ApiRefusal, ApiUnreachable.
 */
export async function podsOf(
  api: Pick<KubeApi, "list">,
  { namespace, deployment }: { readonly namespace: string; readonly deployment: string },
): Promise<string[]> {
  const pods = await api.list(`/api/v1/namespaces/${namespace}/pods`);
  const isOurs = new RegExp(`^${deployment}-[a-z0-9]+-[a-z0-9]+$`);
  return pods.map((item) => podSchema.parse(item).metadata.name).filter((name) => isOurs.test(name));
}
