import { smallShape } from "../flight/lab/flight-shape.ts";
import { mochaLeg } from "../flight/runner/mocha-leg.ts";
import { storyTable } from "../flight/stories/story-table.ts";

mochaLeg(
  "a small lab with spare hosts",
  smallShape,
  storyTable.filter(({ lab }) => lab === "small"),
);
