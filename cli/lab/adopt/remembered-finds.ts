import type { KubeApi } from "../kube-api.ts";

/** Asks for each path once: for what does not change meanwhile, and is asked for again and again. */
export function rememberedFinds(api: Pick<KubeApi, "find">): Pick<KubeApi, "find"> {
  const answers = new Map<string, Promise<unknown>>();
  return {
    find(path) {
      const answer = answers.get(path) ?? api.find(path);
      answers.set(path, answer);
      return answer;
    },
  };
}
