import { smallShape } from "../flight/lab/flight-shape.ts";
import { mochaLeg } from "../flight/runner/mocha-leg.ts";
import { builtImage } from "../flight/stories/built-image.ts";
import { changes } from "../flight/stories/changes.ts";
import { controllersMove } from "../flight/stories/controllers-move.ts";
import { killedEngine } from "../flight/stories/killed-engine.ts";
import { restarts } from "../flight/stories/restarts.ts";

mochaLeg("a small lab that is changed", smallShape, [
  killedEngine,
  restarts,
  controllersMove,
  changes,
  builtImage,
]);
