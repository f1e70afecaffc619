// mocha's `spec` reporter that also writes how many tests passed, failed and were left out to the file that tests/run.ts names:
// a line on standard output could be confused with what a test prints. CommonJS because mocha loads reporters so.
const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

class CountingSpec extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const report = process.env.EDGE_LAB_TEST_COUNTS;
      if (report) {
        const { passes: passed, failures: failed, pending } = this.stats;
        writeFileSync(report, JSON.stringify({ passed, failed, pending }));
      }
    });
  }
}

module.exports = CountingSpec;
