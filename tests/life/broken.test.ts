import { secondSmallShape } from "../flight/lab/flight-shape.ts";
import { mochaLeg } from "../flight/runner/mocha-leg.ts";
import { brokenHost } from "../flight/stories/broken-host.ts";
import { dataDisks } from "../flight/stories/data-disks.ts";
import { deadDevice } from "../flight/stories/dead-device.ts";
import { secondCluster } from "../flight/stories/second-cluster.ts";

mochaLeg("a small lab that loses machines", secondSmallShape, [
  secondCluster,
  brokenHost,
  dataDisks,
  deadDevice,
]);
