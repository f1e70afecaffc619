import assert from "node:assert/strict";
import fc from "fast-check";
import { removableImages } from "../../../nodeimage/publish/removable-images.ts";
import { usedImages } from "../../../nodeimage/publish/used-images.ts";

const image = (letter: string, day: number) => ({
  name: `node-v1.34.3-${letter.repeat(12)}.raw`,
  modified: `2026-01-0${day}T00:00:00.000Z`,
});
const none: ReadonlySet<string> = new Set();

describe("images that are kept", () => {
  it("are those declared, those in use and the newest others", () => {
    const [a, b, c, d, e] = [image("a", 1), image("b", 2), image("c", 3), image("d", 4), image("e", 5)];
    const published = [c, a, e, b, d];
    const use = { declared: new Set([e.name]), inUse: new Set([a.name]), keep: 1 };
    assert.deepEqual(removableImages(published, use), [b.name, c.name]);
    assert.deepEqual(removableImages(published, { ...use, keep: 0 }), [b.name, c.name, d.name]);
    assert.deepEqual(removableImages(published, { ...use, keep: 9 }), []);
  });

  it("are all that this program has not named", () => {
    const published = ["node-v1.34.3.raw", "mine.raw", "node-v1.34.3-abc.raw"].map((name) => ({
      ...image("a", 1),
      name,
    }));
    assert.deepEqual(removableImages(published, { declared: none, inUse: none, keep: 0 }), []);
  });

  it("never fewer than `keep` of the others, and never one in use, whatever there is", () => {
    const images = fc.uniqueArray(
      fc.tuple(fc.constantFrom(..."0123456789abcdef"), fc.integer({ min: 1, max: 9 })),
      {
        selector: ([letter]) => letter,
      },
    );
    fc.assert(
      fc.property(images, fc.nat(5), fc.func(fc.boolean()), (made, keep, used) => {
        const published = made.map(([letter, day]) => image(letter, day));
        const inUse = new Set(published.map(({ name }) => name).filter((name) => used(name)));
        const gone = removableImages(published, { declared: none, inUse, keep });
        assert.ok(gone.every((name) => !inUse.has(name)));
        assert.equal(gone.length, Math.max(0, published.length - inUse.size - keep));
      }),
    );
  });

  it("are known from hosts, what is written on them, machines and templates", () => {
    const url = (name: string) => ({ image: { url: `http://192.168.1.10:8088/${name}` } });
    const objects = [
      { kind: "BareMetalHost", spec: url("a.raw"), status: { provisioning: url("b.raw") } },
      { kind: "BareMetalHost", spec: { online: true }, status: { provisioning: { image: { url: "" } } } },
      { kind: "Metal3Machine", spec: url("c.raw?x=1") },
      { kind: "Metal3MachineTemplate", spec: { template: { spec: url("d.raw") } } },
      { kind: "BareMetalHost" },
    ];
    assert.deepEqual([...usedImages(objects)].sort(), ["a.raw", "b.raw", "c.raw", "d.raw"]);
  });
});
