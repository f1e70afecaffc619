import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { FlightLab } from "../../flight/lab/flight-lab.ts";
import { smallShape } from "../../flight/lab/flight-shape.ts";
import { FlightLeg } from "../../flight/runner/flight-leg.ts";
import type { Flight, Story } from "../../flight/runner/story.ts";
import { hostObject } from "../cli/lab/support/objects.ts";
import { FakeView } from "./fake-view.ts";

/** What was done to a lab that does nothing. */
class FakeLab {
  readonly shape = smallShape;
  readonly folder: string;
  readonly done: string[] = [];
  running: boolean;

  constructor(folder: string, running: boolean) {
    this.folder = folder;
    this.running = running;
  }

  async up() {
    this.done.push("up");
    this.running = true;
  }

  async beginAnew() {
    this.done.push("begin anew");
    this.running = false;
  }

  async remove() {
    this.done.push("remove");
  }

  async isUp() {
    return this.running;
  }

  keepLogs(name: string) {
    return `/logs/${name}`;
  }
}

describe("a leg of a flight", () => {
  let folder: string;
  const said: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-leg-"));
    said.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function begin(options: { running?: boolean; keep?: boolean; resume?: boolean } = {}) {
    const { running = false, ...rest } = options;
    const lab = new FakeLab(folder, running);
    const view = new FakeView();
    const leg = new FlightLeg({
      ...rest,
      lab: lab as unknown as FlightLab,
      view,
      say: (line) => said.push(line),
    });
    return { lab, view, leg };
  }

  const story = (run: (flight: Flight) => Promise<void>, more: Partial<Story> = {}): Story => ({
    id: "a",
    title: "t",
    about: "what it proves",
    lab: "small",
    begins: "running",
    ends: "running",
    commands: ["npm start"],
    run,
    ...more,
  });

  it("brings a new lab up for what begins with a running one, once", async () => {
    const { lab, leg } = begin();
    await leg.fly(story(async () => undefined));
    await leg.fly(story(async () => undefined));
    await leg.close();
    assert.deepEqual(lab.done, ["begin anew", "up", "remove"]);
  });

  it("forgets everything for what begins with nothing, and leaves it to the story", async () => {
    const { lab, leg } = begin({ running: true });
    await leg.fly(story(async () => undefined, { begins: "nothing" }));
    await leg.close();
    assert.deepEqual(lab.done, ["begin anew", "remove"]);
  });

  it("goes on with the lab that runs, and leaves it, when it is told so", async () => {
    const { lab, leg } = begin({ running: true, resume: true, keep: true });
    await leg.fly(story(async () => undefined));
    await leg.close();
    assert.deepEqual(lab.done, []);
  });

  it("tells the first difference, with what was expected and found and where the logs are", async () => {
    const { leg } = begin();
    const { failure, checks } = await leg.fly(
      story(async (flight) => {
        flight.checks.equal("one", 1, 1);
        flight.checks.equal("two", 3, 2);
        flight.checks.equal("three", 3, 3);
      }),
    );
    await leg.close();
    assert.deepEqual(failure, { what: "two", expected: "2", actual: "3", logs: "/logs/a" });
    assert.deepEqual(
      checks.map(({ what, ok }) => [what, ok]),
      [
        ["one", true],
        ["two", false],
      ],
    );
    assert.match(said.join("\n"), /FAILED: two/);
  });

  it("takes a command that fails for a difference, also while the lab is brought up", async () => {
    const { lab, leg } = begin();
    lab.up = async () => {
      throw new Error("npm start ended with exit code 1");
    };
    const { failure } = await leg.fly(story(async () => undefined));
    await leg.close();
    assert.match(failure?.actual ?? "", /exit code 1/);
    assert.deepEqual(lab.done, ["begin anew", "remove"]);
  });

  it("reports what happened to the hosts while its stories ran", async () => {
    const { view, leg } = begin();
    view.hosts = [hostObject("a", "inspecting")];
    await leg.fly(
      story(async ({ recorder }) => {
        await recorder.look();
        await pause(5);
        view.hosts = [hostObject("a", "available")];
        await recorder.look();
        // A stretch of no time at all is not shown.
        await pause(5);
      }),
    );
    await leg.close();
    const { hosts, stories, lab } = leg.report();
    assert.deepEqual(
      hosts.map(({ lane, state }) => `${lane} ${state}`),
      ["a inspecting", "a available"],
    );
    assert.equal(stories.length, 1);
    assert.match(lab, /small: 1 control planes, 1 workers, 3 spare hosts/);
  });
});
