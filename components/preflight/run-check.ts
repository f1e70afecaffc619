import type { Finding } from "./finding.ts";
import type { PreflightCheck } from "./preflight-check.ts";
import type { Scene } from "./scene.ts";

/**
 * Makes one check within its time. Never throws: a check that fails by itself must keep neither the others from being told nor an
 * update from being made, so that counts as not looked at.
 */
export async function runCheck(check: PreflightCheck, scene: Scene): Promise<readonly Finding[]> {
  const { looksAt, timeOut } = check;
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((done) => {
    timer = setTimeout(() => {
      abort.abort();
      const detail = `looking at ${looksAt} took longer than ${timeOut / 1000} s`;
      done([{ status: "skip", detail, fix: "run lab doctor again" }]);
    }, timeOut);
  });
  try {
    return await Promise.race([check.run(scene, abort.signal), late]);
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const detail = `looking at ${looksAt} failed in a way that was not foreseen: ${why}`;
    return [{ status: "skip", detail, fix: "report it, with this line" }];
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}
