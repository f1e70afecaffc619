import type { Story } from "../runner/story.ts";
import { brokenHost } from "./broken-host.ts";
import { builtImage } from "./built-image.ts";
import { changes } from "./changes.ts";
import { controllersMove } from "./controllers-move.ts";
import { dataDisks } from "./data-disks.ts";
import { deadDevice } from "./dead-device.ts";
import { destruction } from "./destruction.ts";
import { firstUp } from "./first-up.ts";
import { killedEngine } from "./killed-engine.ts";
import { lostNode } from "./lost-node.ts";
import { restarts } from "./restarts.ts";
import { secondCluster } from "./second-cluster.ts";
import { switchedOff } from "./switched-off.ts";
import { upgrade } from "./upgrade.ts";

/** All stories, in an order in which each leaves, in its lab, what the next one there finds. */
export const storyTable: readonly Story[] = [
  firstUp,
  switchedOff,
  upgrade,
  destruction,
  killedEngine,
  restarts,
  controllersMove,
  lostNode,
  changes,
  secondCluster,
  brokenHost,
  dataDisks,
  builtImage,
  deadDevice,
];
