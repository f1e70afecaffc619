import assert from "node:assert/strict";
import { patientWrite } from "../../../../cli/lab/backup/patient-write.ts";

describe("a patient write", () => {
  const busy = new Error("busy");
  let pauses: number[];
  const options = (tries: number) => ({
    tries,
    passes: (error: unknown) => error === busy,
    sleep: async (duration: number) => {
      pauses.push(duration);
    },
  });
  beforeEach(() => {
    pauses = [];
  });

  it("is tried again after longer and longer pauses until it is taken", async () => {
    let left = 3;
    const write = async (): Promise<string> => {
      if (left-- > 0) throw busy;
      return "taken";
    };
    assert.equal(await patientWrite(write, options(4)), "taken");
    assert.equal(pauses.length, 3);
    for (const [index, pause] of pauses.entries()) {
      const middle = (index + 1) * 250;
      assert.ok(pause >= middle * 0.75 && pause <= middle * 1.25, `${pause} after try ${index + 1}`);
    }
  });

  it("ends with the last error after so many tries, and at once with one that does not pass by itself", async () => {
    let calls = 0;
    const fails = (error: Error) => async (): Promise<never> => {
      calls++;
      throw error;
    };
    await assert.rejects(patientWrite(fails(busy), options(3)), busy);
    assert.deepEqual([calls, pauses.length], [3, 2]);
    const refused = new Error("refused");
    await assert.rejects(patientWrite(fails(refused), options(3)), refused);
    assert.deepEqual([calls, pauses.length], [4, 2]);
  });
});
