import assert from "node:assert/strict";
import { embeddedText } from "../../../tools/routes/embedded-text.ts";

describe("a file of another module beside sources of ours", () => {
  it("is copied, gets the version, or has one text replaced", () => {
    assert.equal(embeddedText("a\n", "as-is", "1.2.3"), "a\n");
    assert.deepEqual(JSON.parse(embeddedText('{"version":"0","a":1}', "with-version", "1.2.3")), {
      version: "1.2.3",
      a: 1,
    });
    assert.equal(embeddedText("x old y", { replace: "old", by: "new" }, "1.2.3"), "x new y");
  });

  it("is refused when the text is not there, or not only once", () => {
    for (const content of ["x y", "old old"]) {
      assert.throws(() => embeddedText(content, { replace: "old", by: "new" }, "1"), /times, not once/);
    }
  });
});
