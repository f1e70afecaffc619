import assert from "node:assert/strict";
import { askedAnswers, type Questions } from "../../../cli/init/asked-answers.ts";
import type { HostLogin } from "../../../cli/init/lab-logins.ts";
import { passphraseEnvironment, usesPassphrase } from "../../../cli/init/passphrase.ts";

/** Answers by the beginning of the question; a hidden or text answer that is refused is an error. */
function answering(
  replies: Readonly<Record<string, string | boolean>>,
): Questions & { readonly asked: string[] } {
  const asked: string[] = [];
  const reply = (message: string): string | boolean => {
    asked.push(message);
    const found = Object.entries(replies).find(([start]) => message.startsWith(start));
    assert.ok(found, `unexpected question: ${message}`);
    return found[1];
  };
  const text = async (message: string, validate: (value: string) => string | true): Promise<string> => {
    const answer = String(reply(message));
    const verdict = validate(answer);
    if (verdict !== true) throw new Error(verdict);
    return answer;
  };
  return {
    asked,
    confirm: async (message) => reply(message) === true,
    text: (message, _preset, validate) => text(message, validate),
    hidden: text,
  };
}

const host = (name: string, driver: string, set = false): HostLogin => ({
  host: name,
  driver,
  username: set,
  password: set,
  optional: driver === "command",
});

describe("the questions of npm run init", () => {
  it("ask once for all hosts of a driver", async () => {
    const questions = answering({
      "One login for all amt hosts (a, b)?": true,
      "all amt hosts: AMT user": "admin",
      "all amt hosts: password": "Valid-Passw0rd",
    });
    assert.deepEqual(await askedAnswers([host("a", "amt"), host("b", "amt")], questions), [
      { scope: "defaults", name: "amt", field: "username", value: "admin" },
      { scope: "defaults", name: "amt", field: "password", value: "Valid-Passw0rd" },
    ]);
  });

  it("leave a device without a login where it may have none, and take a password alone", async () => {
    const none = answering({ "Do the devices of the command hosts want a login?": false });
    assert.deepEqual(await askedAnswers([host("a", "command")], none), []);
    const token = answering({
      "Do the devices": true,
      "all command hosts: user": "",
      "all command hosts: password": "token",
    });
    assert.deepEqual(await askedAnswers([host("a", "command")], token), [
      { scope: "defaults", name: "command", field: "password", value: "token" },
    ]);
    const empty = answering({ "all tapo hosts: e-mail": "" });
    await assert.rejects(askedAnswers([host("a", "tapo")], empty), /is empty/);
  });

  it("ask host by host when that is wished", async () => {
    const questions = answering({
      "One login": false,
      "a: e-mail": "a@b.c",
      "a: password": "1",
      "b: e-mail": "d@e.f",
      "b: password": "2",
    });
    const answers = await askedAnswers([host("a", "tapo"), host("b", "tapo")], questions);
    assert.deepEqual(
      answers.map(({ scope, name, value }) => `${scope} ${name} ${value}`),
      ["hosts a a@b.c", "hosts a 1", "hosts b d@e.f", "hosts b 2"],
    );
  });

  it("leave what is set alone unless it is to change", async () => {
    const hosts = [host("a", "amt", true), host("b", "tapo", true)];
    const questions = answering({ "All amt hosts have a login. Change it?": false, "All tapo": false });
    assert.deepEqual(await askedAnswers(hosts, questions), []);
  });

  it("refuse a password that AMT would refuse, while it can be typed again", async () => {
    const questions = answering({ "all amt": "short", One: true });
    await assert.rejects(askedAnswers([host("a", "amt")], questions), /shorter than the 8 characters/);
  });
});

describe("the passphrase of a stack", () => {
  const local = { backend: "file:///state", provider: undefined };
  const silent = { say: () => undefined, isNew: false };

  it("is needed for own backends without a key service", () => {
    assert.equal(usesPassphrase(local), true);
    assert.equal(usesPassphrase({ backend: "s3://bucket", provider: "passphrase" }), true);
    assert.equal(usesPassphrase({ backend: "https://app.pulumi.com/me", provider: undefined }), false);
    assert.equal(usesPassphrase({ backend: "https://app.pulumi.com/me", provider: "passphrase" }), true);
    assert.equal(usesPassphrase({ backend: "s3://bucket", provider: "awskms://alias/x" }), false);
  });

  it("is not asked for when pulumi has it", async () => {
    const questions = answering({});
    for (const env of [{ PULUMI_CONFIG_PASSPHRASE: "" }, { PULUMI_CONFIG_PASSPHRASE_FILE: "/x" }]) {
      assert.deepEqual(await passphraseEnvironment(local, env, { ...silent, questions }), {});
    }
  });

  it("is explained and asked for, twice for a new stack", async () => {
    const lines: string[] = [];
    const questions = answering({ Passphrase: "open sesame" });
    const options = { questions, isNew: true, say: (line: string) => void lines.push(line) };
    const env = await passphraseEnvironment(local, {}, options);
    assert.deepEqual(env, { PULUMI_CONFIG_PASSPHRASE: "open sesame" });
    assert.deepEqual(questions.asked, ["Passphrase", "Passphrase, again"]);
    assert.match(lines.join("\n"), /never in the\s+repository/);
  });

  it("must be the same the second time", async () => {
    const questions = answering({ "Passphrase, again": "other", Passphrase: "one" });
    await assert.rejects(passphraseEnvironment(local, {}, { ...silent, isNew: true, questions }), /differs/);
  });
});
