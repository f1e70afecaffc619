import assert from "node:assert/strict";
import { commandDriver } from "../../../../emulator/src/drivers/command/index.ts";
import { commandOptionsSchema } from "../../../../emulator/src/drivers/command/options.ts";
import { drivers } from "../../../../emulator/src/drivers/index.ts";
import { ConfigError, parseConfig } from "../../../../emulator/src/parse-config.ts";

const request = { url: "https://a.example" };
const hook = { status: request, on: request, off: request };

describe("command driver: options", () => {
  const problems = (value: unknown): string =>
    JSON.stringify(commandOptionsSchema.safeParse(value).error?.issues);

  it("say what is wrong", () => {
    assert.match(problems({}), /exactly one of executable and webhook/);
    assert.match(problems({ executable: { path: "/d" }, webhook: hook }), /exactly one/);
    assert.match(problems({ executable: { path: "device" } }), /absolute path/);
    assert.match(problems({ executable: { path: "/d", args: ["--do={action}"] } }), /whole argument/);
    assert.match(problems({ webhook: { ...hook, off: undefined } }), /off/);
    const login = { ...hook, on: { url: "https://u:p@a" } };
    assert.match(problems({ webhook: login }), /must not hold a login/);
    assert.match(problems({ webhook: { ...hook, headers: { authorization: "x" } } }), /Authorization/);
    assert.match(problems({ webhook: { ...hook, onPattern: "(" } }), /regular expression/);
    assert.match(problems({ webhook: { ...hook, on: { ...request, body: "x" } } }), /cannot go with GET/);
    assert.match(problems({ webhook: { ...hook, pointer: "a" } }), /JSON pointer/);
  });

  it("want plain http to be a choice, and trust to be one thing that is used", () => {
    const plain = { ...hook, on: { url: "http://a.example" } };
    assert.match(problems({ webhook: plain }), /"on","url".*insecureHttp: true/);
    assert.equal(commandOptionsSchema.safeParse({ webhook: { ...plain, insecureHttp: true } }).success, true);
    assert.match(problems({ webhook: { ...hook, ca: "nonsense" } }), /PEM/);
    const fingerprint256 = "ab".repeat(32);
    const http = { url: "http://a.example" };
    const open = { status: http, on: http, off: http, insecureHttp: true, fingerprint256 };
    assert.match(problems({ webhook: open }), /no effect without an https URL/);
  });

  it("tell what the emulator reaches: each place of a webhook once", () => {
    const on = { url: "http://[fd00::1]/on" };
    const status = { url: "https://a.example:8443/x" };
    const options = commandOptionsSchema.parse({
      webhook: { ...hook, status, on, cycle: on, insecureHttp: true },
    });
    assert.deepEqual(commandDriver.peers?.({ address: "unused" }, options), [
      { host: "a.example", tcp: [8443], udp: [] },
      { host: "fd00::1", tcp: [80], udp: [] },
      { host: "a.example", tcp: [443], udp: [] },
    ]);
    const program = commandOptionsSchema.parse({ executable: { path: "/d" } });
    assert.deepEqual(commandDriver.peers?.({ address: "pdu.example" }, program), [
      { host: "pdu.example", tcp: [], udp: [] },
    ]);
    assert.deepEqual(commandDriver.peers?.({ address: "" }, program), []);
  });
});

describe("a machine's entry", () => {
  const users = [{ username: "admin", password: "secret-user", role: "Administrator" as const }];
  function mistakes(machine: object): string {
    try {
      parseConfig({ machines: [{ name: "m", ...machine }], users }, drivers);
      return "";
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return error.message;
    }
  }

  it("needs the address and login that its driver needs, and no others", () => {
    const found = mistakes({ driver: "amt", username: "admin", password: "" });
    assert.equal(
      found,
      "machines[0].address: is missing; the driver amt needs it\n" +
        "machines[0].password: is missing; the driver amt needs it",
    );
    const options = { webhook: hook };
    const config = parseConfig({ machines: [{ name: "m", driver: "command", options }], users }, drivers);
    const [machine] = config.machines;
    assert.deepEqual([machine?.address, machine?.username, machine?.password], ["m", "", ""]);
  });

  it("may be refused without showing what a URL or a header hides", () => {
    const url = "https://u:marker-p@a.example/x?token=marker-t";
    const headers = { Cookie: "marker-c\u0007" };
    const found = mistakes({ driver: "command", options: { webhook: { ...hook, on: { url }, headers } } });
    assert.match(found, /webhook\.on\.url: must not hold a login.*a\.example\/x\?…/);
    assert.match(found, /webhook\.headers\.Cookie/);
    assert.ok(!found.includes("marker"), found);
  });
});
