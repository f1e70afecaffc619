import assert from "node:assert/strict";
import fc from "fast-check";
import { closestWord } from "../../../components/config/closest-word.ts";

describe("did you mean", () => {
  const keys = ["role", "driver", "address", "macs", "rootDeviceHints", "gracefulShutdown"];

  it("finds slips of the finger", () => {
    const slips = {
      roel: "role",
      drivr: "driver",
      adress: "address",
      MACS: "macs",
      rootdevicehint: "rootDeviceHints",
    };
    for (const [slip, meant] of Object.entries(slips)) assert.equal(closestWord(slip, keys), meant);
  });

  it("stays silent about other words", () => {
    for (const word of ["tls", "online", "image", "x"]) assert.equal(closestWord(word, keys), undefined);
    assert.equal(closestWord("role", []), undefined);
  });

  it("finds a word with one letter lost or two swapped", () => {
    const slip = fc.tuple(fc.constantFrom(...keys), fc.nat(), fc.boolean()).map(([word, place, swap]) => {
      const at = place % (word.length - 1);
      const [first, second] = [word[at] ?? "", word[at + 1] ?? ""];
      return { word, slip: word.slice(0, at) + (swap ? second + first : second) + word.slice(at + 2) };
    });
    fc.assert(fc.property(slip, ({ word, slip }) => assert.equal(closestWord(slip, keys), word)));
  });
});
