import type { Scene } from "./scene.ts";

/** What of a lab shows that a cause is at work. */
export interface Evidence {
  /** Kind and name of what says so, as in "BareMetalHost m920q-1". */
  readonly at: string;
  /** Its own words, unchanged; made only where it says nothing. */
  readonly said: string;
  readonly means: string;
  readonly fix: string;
}

/**
 * One thing that can be wrong with a lab. Causes are pure: the same scene gives the same answer.
 * lab: told once; cluster: once for each cluster; chain: for each machine with its host, device and node.
 */
export interface Cause {
  /** For scripts: stays as it is. */
  readonly id: string;
  readonly of: "lab" | "cluster" | "chain";
  /** undefined when this is not what is wrong. */
  readonly find: (scene: Scene) => Evidence | undefined;
}
