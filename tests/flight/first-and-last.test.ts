import { rackShape } from "./lab/flight-shape.ts";
import { mochaLeg } from "./runner/mocha-leg.ts";
import { destruction } from "./stories/destruction.ts";
import { firstUp } from "./stories/first-up.ts";

mochaLeg("a lab of three control planes and a worker", rackShape(3, 1), [firstUp, destruction]);
