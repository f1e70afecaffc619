import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, parseConfig } from "../../../emulator/src/parse-config.ts";
import { readConfig } from "../../../emulator/src/read-config.ts";
import { testDriver } from "../support/test-device.ts";

const drivers = [testDriver({})];
const machine = {
  name: "node-1",
  driver: "test",
  address: "192.0.2.1",
  username: "u",
  password: "device-marker",
};
const users = [{ username: "admin", password: "user-marker", role: "Administrator" }];

function mistakes(content: unknown): readonly string[] {
  try {
    parseConfig(content, drivers);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe("the configuration file", () => {
  it("has defaults for everything that need not be said", () => {
    const config = parseConfig({ machines: [machine], users }, drivers);
    assert.equal(config.cacheSeconds, 30);
    assert.equal(config.logLevel, "info");
    assert.deepEqual(config.machines[0], {
      ...machine,
      macs: [],
      gracefulShutdown: "refuse",
      bootMode: "UEFI",
      options: {},
    });
  });

  it("is refused with every mistake named by its path, and no secret shown", () => {
    const found = mistakes({
      machines: [
        { ...machine, address: "http://192.0.2.1", macs: ["nonsense"], cacheSeconds: -1 },
        { ...machine, name: "Node 2", gracefulshutdown: "refuse", password: 12345678 },
      ],
      users: [{ username: "a:b", password: "", role: "King" }],
      cacheSeconds: "30",
    });
    const all = found.join("\n");
    for (const path of [
      "machines[0].address",
      "machines[0].macs[0]",
      "machines[0].cacheSeconds",
      "machines[1].name",
      "machines[1]",
      "machines[1].password",
      "users[0].username",
      "users[0].password",
      "users[0].role",
      "cacheSeconds",
    ]) {
      assert.ok(
        found.some((line) => line.startsWith(`${path}:`)),
        `${path} is not named in:\n${all}`,
      );
    }
    assert.match(all, /gracefulshutdown/);
    assert.match(all, /"http:\/\/192\.0\.2\.1"/);
    assert.ok(!all.includes("12345678") && !all.includes("marker"));
  });

  it("may not name a machine, an address or a user twice", () => {
    const twice = { machines: [machine, machine], users: [...users, ...users] };
    const found = mistakes(twice).join("\n");
    assert.match(found, /machines\[1\]\.name: repeats machines\[0\]\.name/);
    assert.match(found, /machines\[1\]\.address: repeats/);
    assert.match(found, /users\[1\]\.username: repeats/);
  });

  it("may name only drivers that exist, with the options they know", () => {
    assert.match(
      mistakes({ machines: [{ ...machine, driver: "ipmi" }], users })[0] ?? "",
      /no driver ipmi.*test/,
    );
    const options = { colour: 7 };
    assert.match(
      mistakes({ machines: [{ ...machine, options }], users })[0] ?? "",
      /^machines\[0\]\.options\.colour:/,
    );
  });

  it("needs a user", () => {
    assert.match(mistakes({ machines: [machine], users: [] })[0] ?? "", /at least one user/);
  });

  it("that is missing or no JSON is told without quoting it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "edge-lab-config-"));
    try {
      const path = join(folder, "config.json");
      await assert.rejects(
        readConfig(path, drivers),
        /there is no such file; name the configuration file with --config/,
      );
      await writeFile(path, '{"users": [{"password": "user-marker" "x"]}');
      await assert.rejects(readConfig(path, drivers), (error: Error) => {
        assert.match(error.message, /not valid JSON at position/);
        assert.ok(!error.message.includes("marker"));
        return true;
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
