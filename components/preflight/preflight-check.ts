import type { Finding } from "./finding.ts";
import type { Scene } from "./scene.ts";

/** One thing that has to be right before a lab is made. It reads alone: nothing is changed by looking. */
export interface PreflightCheck {
  /** Short name, as the report shows it. */
  readonly title: string;
  /** What is looked at and how, to complete "looking at …". */
  readonly looksAt: string;
  /** Milliseconds until it is given up. */
  readonly timeOut: number;
  /**
   * At least one finding.
   * @param signal aborted when the time is over: what is still under way ends then.
   */
  readonly run: (scene: Scene, signal: AbortSignal) => Promise<readonly Finding[]>;
}
