import { changed, refusedOnce } from "./refusals.ts";

describe("settings of the emulator that are refused", () => {
  it("an event log that is too small, too large or no number of rows", () => {
    for (const rows of [99, 1_000_001, 1000.5]) {
      refusedOnce(
        changed([["emulator", "eventLimit"], rows]),
        "edge-lab:emulator.eventLimit",
        `(${rows})`,
        "100 to 1000000",
      );
    }
  });

  it("metrics that are neither open nor closed, or misspelt", () => {
    refusedOnce(
      changed([["emulator", "metrics"], { anonymous: "yes" }]),
      "edge-lab:emulator.metrics.anonymous",
      '"yes"',
    );
    refusedOnce(changed([["emulator", "metrics"], { anonymus: true }]), "did you mean anonymous?");
  });
});
