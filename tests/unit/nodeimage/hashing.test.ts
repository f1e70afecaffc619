import assert from "node:assert/strict";
import fc from "fast-check";
import type { BuildContext } from "../../../nodeimage/description/build-context.ts";
import { type DiskSettings, imageInputs, inputHash } from "../../../nodeimage/description/image-inputs.ts";
import { imageName } from "../../../nodeimage/description/image-name.ts";
import { inputChanges } from "../../../nodeimage/description/input-changes.ts";

const disk: DiskSettings = { maker: "bootc", format: "raw", size: 1000 };
const name = fc.stringMatching(/^[a-z]{1,3}(\/[a-z]{1,3}){0,2}$/);
const file = fc.record({
  path: name.map((path) => `rootfs/${path}`),
  executable: fc.boolean(),
  content: fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
});
const context: fc.Arbitrary<BuildContext> = fc.record({
  files: fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 6 }),
  buildArguments: fc.dictionary(fc.stringMatching(/^[A-Z]{1,4}$/), fc.string({ maxLength: 5 }), {
    maxKeys: 4,
  }),
});
const hashOf = (made: BuildContext, settings = disk): string => inputHash(imageInputs(made, settings));

describe("the hash of an image's inputs", () => {
  it("does not depend on any order", () => {
    fc.assert(
      fc.property(context, fc.integer(), (made, seed) => {
        const order = <T>(items: readonly T[]): T[] =>
          items.toSorted((a, b) => rank(a, seed) - rank(b, seed));
        const shuffled = {
          files: order(made.files),
          buildArguments: Object.fromEntries(order(Object.entries(made.buildArguments))),
        };
        assert.equal(hashOf(shuffled), hashOf(made));
      }),
    );
  });

  it("changes with any input: content, mode, path, a file more or less, an argument, the disk", () => {
    fc.assert(
      fc.property(context, file, fc.string({ minLength: 1, maxLength: 3 }), (made, other, text) => {
        const before = hashOf(made);
        const changed: BuildContext[] = [];
        for (const [index, one] of made.files.entries()) {
          changed.push(
            { ...made, files: made.files.with(index, { ...one, executable: !one.executable }) },
            {
              ...made,
              files: made.files.with(index, {
                ...one,
                content: Buffer.concat([one.content, Buffer.from(text)]),
              }),
            },
            { ...made, files: made.files.with(index, { ...one, path: `${one.path}-${index}` }) },
            { ...made, files: made.files.toSpliced(index, 1) },
          );
        }
        if (made.files.every(({ path }) => path !== other.path)) {
          changed.push({ ...made, files: [...made.files, other] });
        }
        for (const [key, value] of Object.entries(made.buildArguments)) {
          changed.push({ ...made, buildArguments: { ...made.buildArguments, [key]: value + text } });
        }
        for (const one of changed) assert.notEqual(hashOf(one), before);
        for (const settings of [
          { ...disk, maker: "image-builder" },
          { ...disk, format: "qcow2" as const },
          { ...disk, size: 1001 },
        ]) {
          assert.notEqual(hashOf(made, settings), before);
        }
      }),
    );
  });

  it("keeps names and values apart, so that two inputs never look like two others", () => {
    const pair = fc.tuple(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }));
    const inputs = fc
      .uniqueArray(pair, { selector: ([key]) => key, maxLength: 3 })
      .map(Object.fromEntries<string>);
    fc.assert(
      fc.property(inputs, inputs, (one, two) => {
        const same = inputChanges(one, two).length === 0;
        assert.equal(inputHash(one) === inputHash(two), same);
      }),
    );
    assert.notEqual(inputHash({ a: 'b","c' }), inputHash({ a: "b", c: "" }));
  });

  it("names the image, with the version for people and the format for firmware", () => {
    const hash = "0123456789abcdef".repeat(4);
    assert.equal(imageName("v1.34.3", hash, "raw"), "node-v1.34.3-0123456789ab.raw");
    assert.equal(imageName("v1.34.3", hash, "qcow2"), "node-v1.34.3-0123456789ab.qcow2");
  });

  it("says what changed, in words for people", () => {
    const before = {
      EXTRA_PACKAGES: "",
      KUBERNETES_VERSION: "1.34.3",
      "/etc/a": "1",
      "/etc/b": "1",
      Containerfile: "1",
    };
    const after = {
      EXTRA_PACKAGES: "htop",
      KUBERNETES_VERSION: "1.34.4",
      "/etc/a": "2",
      "/etc/c": "1",
      Containerfile: "2",
    };
    assert.deepEqual(inputChanges(before, after), [
      "/etc/a changed",
      "/etc/b is gone",
      "/etc/c is new",
      "Containerfile changed",
      "packages: none → htop",
      "Kubernetes version: 1.34.3 → 1.34.4",
    ]);
    assert.deepEqual(inputChanges(before, before), []);
  });
});

/** Some order, another one for each seed. */
function rank(item: unknown, seed: number): number {
  return [...JSON.stringify(item)].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) ^ seed, seed);
}
