import { z } from "zod";
import type { KubeApi } from "../kube-api.ts";

const resourcesSchema = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

/** Where the API server has the objects of any kind, as it tells itself. */
export class KindPaths {
  readonly #api: Pick<KubeApi, "find">;

  constructor(api: Pick<KubeApi, "find">) {
    this.#api = api;
  }

  /**
   * @returns undefined for a kind that it does not serve.
   * @throws ApiRefusal, ApiUnreachable.
   */
  async of(
    apiVersion: string,
    kind: string,
    name: string,
    namespace = "default",
  ): Promise<string | undefined> {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const served = await this.#api.find(root);
    if (served === undefined) return undefined;
    const found = resourcesSchema
      .parse(served)
      .resources.find((one) => one.kind === kind && !one.name.includes("/"));
    if (found === undefined) return undefined;
    return `${root}${found.namespaced ? `/namespaces/${namespace}` : ""}/${found.name}/${encodeURIComponent(name)}`;
  }
}
