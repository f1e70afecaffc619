/**
 * Where the state's last update had its kubeconfig, when this machine would have the same file elsewhere: another home or
 * checkout. The kubernetes provider keeps the path, so that a preview on another machine would show a change that is none.
 *
 * @param declared edge-lab:infra.kubeconfig as it stands in the stack file.
 * @param past the path in the state, absolute.
 * @returns undefined where the stack file names another file than the state has: that is a change.
 */
export function keptKubeconfig(declared: string, past: string | undefined): string | undefined {
  if (past === undefined || declared.startsWith("/")) return undefined;
  const end = declared.startsWith("~/") ? declared.slice(1) : `/${declared.replace(/^(\.\/)+/, "")}`;
  return past.endsWith(end) ? past : undefined;
}
