import assert from "node:assert/strict";
import type { WatchEvent } from "../../../emulator/src/kubernetes/api-reader.ts";
import {
  KubernetesError,
  type KubernetesErrorKind,
} from "../../../emulator/src/kubernetes/kubernetes-error.ts";
import { ResourceWatch } from "../../../emulator/src/kubernetes/resource-watch.ts";
import { FakeClock } from "../support/fake-clock.ts";

const object = (name: string, resourceVersion = "1") => ({ metadata: { name, resourceVersion } });

/** An API whose answers a test gives one by one. */
class ScriptedReader {
  readonly #clock: FakeClock;
  /** When each list and watch was asked for, in seconds, and the version a watch went on from. */
  readonly asked: string[] = [];
  items: readonly unknown[] = [object("a")];
  failure: KubernetesErrorKind | undefined;
  onEvent: (event: WatchEvent) => void = () => undefined;
  /** Ends the watch under way; in order, unless a kind of failure is given. */
  end: (failure?: KubernetesErrorKind) => void = () => undefined;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async list(): Promise<{ items: readonly unknown[]; version: string }> {
    this.asked.push(`${this.#clock.elapsed() / 1_000} list`);
    if (this.failure) throw new KubernetesError(this.failure, `${this.failure} on purpose`);
    return { items: this.items, version: "7" };
  }

  watch(_path: string, version: string, onEvent: (event: WatchEvent) => void): Promise<void> {
    this.asked.push(`${this.#clock.elapsed() / 1_000} watch ${version}`);
    this.onEvent = onEvent;
    return new Promise((resolve, reject) => {
      this.end = (failure) =>
        failure ? reject(new KubernetesError(failure, `${failure} on purpose`)) : resolve();
    });
  }
}

describe("a watch of a Kubernetes collection", () => {
  let clock: FakeClock;
  let reader: ScriptedReader;
  let watch: ResourceWatch<string> | undefined;
  let problems: (string | undefined)[];
  const begin = async (): Promise<ResourceWatch<string>> => {
    watch = new ResourceWatch<string>({
      reader,
      path: "/things",
      read: (thing) => JSON.stringify(thing),
      clock,
      random: () => 1,
      onProblem: (problem) => problems.push(problem),
    });
    await clock.pass(0);
    return watch;
  };
  const since = (): number => clock.elapsed() / 1_000;

  beforeEach(() => {
    clock = new FakeClock();
    reader = new ScriptedReader(clock);
    problems = [];
  });
  afterEach(() => watch?.close());

  it("lists once and then takes each change as it comes", async () => {
    const { items } = await begin();
    assert.deepEqual([...items.keys()], ["a"]);
    const before = watch?.revision;
    reader.onEvent({ type: "ADDED", object: object("b", "8") });
    reader.onEvent({ type: "MODIFIED", object: object("a", "9") });
    assert.match(watch?.items.get("a") ?? "", /"9"/);
    reader.onEvent({ type: "DELETED", object: object("a", "10") });
    assert.deepEqual([...(watch?.items.keys() ?? [])], ["b"]);
    assert.notEqual(watch?.revision, before);
    assert.deepEqual(
      reader.asked.map((line) => line.replace(/^\S+ /, "")),
      ["list", "watch 7"],
    );
    assert.deepEqual(problems, [undefined]);
  });

  it("goes on from the last version that it knows when a watch has ended in order", async () => {
    await begin();
    reader.onEvent({ type: "BOOKMARK", object: { metadata: { resourceVersion: "12" } } });
    await clock.pass(60_000);
    reader.end();
    await clock.pass(1_000);
    assert.match(reader.asked.at(-1) ?? "", /watch 12$/);
  });

  it("does not make a storm of watches that end at once", async () => {
    await begin();
    for (let end = 0; end < 200; end += 1) {
      reader.end();
      await clock.pass(1_000);
    }
    assert.ok(reader.asked.length < 15, `${reader.asked.length} calls in 200 s`);
  });

  it("asks after growing pauses while the API fails, at least each minute, and keeps what it knew", async () => {
    await begin();
    const start = since();
    reader.failure = "unreachable";
    reader.end("unreachable");
    await clock.pass(300_000);
    const times = reader.asked.slice(2).map((line) => Number(line.split(" ")[0]) - start);
    assert.deepEqual(
      times,
      [1, 3, 7, 15, 31, 63, 123, 183, 243].filter((time) => time <= 300),
    );
    assert.deepEqual([...(watch?.items.keys() ?? [])], ["a"]);
    assert.deepEqual(problems, [undefined, "unreachable on purpose"]);
    reader.failure = undefined;
    reader.items = [object("c")];
    await clock.pass(60_000);
    assert.deepEqual([...(watch?.items.keys() ?? [])], ["c"]);
    assert.equal(problems.at(-1), undefined);
  });

  it("lists anew without a word when the server has forgotten the version", async () => {
    await begin();
    await clock.pass(45_000);
    reader.items = [object("d")];
    reader.end("outdated");
    await clock.pass(1_000);
    assert.deepEqual([...(watch?.items.keys() ?? [])], ["d"]);
    assert.deepEqual(problems, [undefined]);
  });

  it("forgets the objects of a kind that the API no longer knows", async () => {
    await begin();
    reader.failure = "unknown";
    reader.end("unreachable");
    await clock.pass(1_000);
    assert.equal(watch?.items.size, 0);
    assert.equal(problems.at(-1), "unknown on purpose");
  });

  it("takes an object without a version for a failure, not for the end", async () => {
    await begin();
    assert.throws(() => reader.onEvent({ type: "ADDED", object: {} }), /without a version/);
  });

  it("asks nothing more once it is closed", async () => {
    await begin();
    watch?.close();
    reader.end();
    await clock.pass(600_000);
    assert.equal(reader.asked.length, 2);
  });
});
