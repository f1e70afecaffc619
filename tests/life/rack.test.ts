import { rackShape } from "../flight/lab/flight-shape.ts";
import { mochaLeg } from "../flight/runner/mocha-leg.ts";
import { switchedOff } from "../flight/stories/switched-off.ts";
import { upgrade } from "../flight/stories/upgrade.ts";

mochaLeg("a lab without spare hosts", rackShape(3, 1), [switchedOff, upgrade]);
