import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { specialAssetSig, specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc.js";
import { CommandProvider } from "../../../tools/standins/pulumi-resource-command/command-provider.ts";

const commandUrn = "urn:pulumi:dev::bench::command:remote:Command::remote";
const copyUrn = "urn:pulumi:dev::bench::command:remote:CopyToRemote::copy";

/** What the pretended ssh or scp saw. */
interface Call {
  readonly args: string[];
  readonly config: string;
  readonly key: string;
  readonly knownHosts: string;
  readonly password: string;
  readonly passphrase: string;
  readonly stdin: string;
  readonly source: string;
  readonly variable: string | undefined;
}

describe("the stand-in for remote commands", () => {
  let folder: string;
  const path = process.env.PATH;
  const provider = new CommandProvider("1.2.1");
  const connection = {
    host: "10.0.0.7",
    port: 2222,
    user: "lab",
    password: "pass word",
    hostKey: "ssh-ed25519 AAAA",
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-remote-"));
    const bin = join(folder, "bin");
    mkdirSync(bin);
    // It asks for the password and the passphrase the way OpenSSH does: through the askpass program.
    const script = `#!${process.execPath}
      const fs = require("node:fs"), { execFileSync } = require("node:child_process");
      const args = process.argv.slice(2), file = args[args.indexOf("-F") + 1];
      const config = fs.readFileSync(file, "utf8");
      const read = (name) => { const found = config.match(new RegExp(name + " (/\\\\S+)")); return found && found[1] !== "/dev/null" ? fs.readFileSync(found[1], "utf8") : ""; };
      const ask = (question) => execFileSync(process.env.SSH_ASKPASS, [question]).toString().trim();
      const local = args.find((one) => one.startsWith("/") && one !== file);
      fs.writeFileSync(${JSON.stringify(join(folder, "call.json"))}, JSON.stringify({
        args: [process.argv[1], ...args], config, key: read("IdentityFile"), knownHosts: read("UserKnownHostsFile"),
        password: ask("lab@target's password: "), passphrase: ask("Enter passphrase for key '" + file.replace("config", "key-target") + "': "),
        stdin: fs.readFileSync(0, "utf8"), source: local ? fs.readFileSync(local, "utf8") : "", variable: process.env.A,
      }));
      console.log("from afar");
    `;
    for (const name of ["ssh", "scp"]) writeFileSync(join(bin, name), script, { mode: 0o755 });
    process.env.PATH = `${bin}:${path}`;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  });

  const call = (): Call => JSON.parse(readFileSync(join(folder, "call.json"), "utf8")) as Call;

  it("runs the command on the host, with its input and environment, and returns its output", async () => {
    const inputs = { connection, create: "uptime", stdin: "in", environment: { A: "b" } };
    const { outs } = await provider.create(commandUrn, inputs);
    assert.equal((outs as Record<string, unknown>).stdout, "from afar");
    const { args, config, stdin, variable } = call();
    assert.deepEqual(args.slice(-3), ["-T", "target", "uptime"]);
    assert.match(config, /HostName 10\.0\.0\.7\n {2}Port 2222\n {2}User lab/);
    assert.match(config, /SendEnv A/);
    assert.deepEqual([stdin, variable], ["in", "b"]);
  });

  it("gives secrets to ssh without putting them into an argument, and removes its files", async () => {
    const hidden = { ...connection, privateKey: "PRIVATE KEY", privateKeyPassword: "unlock" };
    const inputs = { connection: { [specialSigKey]: specialSecretSig, value: hidden }, create: "true" };
    const { outs } = await provider.create(commandUrn, inputs);
    const { args, key, password, passphrase, config } = call();
    assert.deepEqual([key, password, passphrase], ["PRIVATE KEY\n", "pass word", "unlock"]);
    assert.doesNotMatch(args.join(" "), /pass word|unlock|PRIVATE KEY/);
    const folderOfKey = /IdentityFile (\S+)\/key-target/.exec(config)?.[1] ?? "";
    assert.equal(existsSync(folderOfKey), false);
    assert.deepEqual(
      (outs as Record<string, unknown>).connection,
      inputs.connection,
      "secret in the state too",
    );
  });

  it("checks the host's key when one is given and says so to ssh when none is", async () => {
    await provider.create(commandUrn, { connection, create: "true" });
    assert.match(call().config, /StrictHostKeyChecking yes/);
    assert.equal(call().knownHosts, "target ssh-ed25519 AAAA\n");
    const { hostKey: _, ...open } = connection;
    await provider.create(commandUrn, { connection: open, create: "true" });
    assert.match(call().config, /StrictHostKeyChecking no/);
  });

  it("goes through a bastion", async () => {
    const proxied = { ...connection, proxy: { host: "bastion", user: "gate" } };
    await provider.create(commandUrn, { connection: proxied, create: "true" });
    assert.match(
      call().config,
      /ProxyJump jump[\s\S]*Host jump\n {2}HostName bastion\n {2}Port 22\n {2}User gate/,
    );
  });

  it("refuses a connection without a host before anything is changed", async () => {
    const { failures } = await provider.check(
      commandUrn,
      {},
      { connection: { user: "lab" }, create: "true" },
    );
    assert.deepEqual(
      failures?.map(({ property }) => property),
      ["connection"],
    );
  });

  const text = (content: string, hash: string) => ({ [specialSigKey]: specialAssetSig, text: content, hash });

  it("copies a text to the host, and again only when the text or the path changes", async () => {
    const inputs = { connection, remotePath: "/etc/motd", source: text("hello", "1") };
    const { id, outs } = await provider.create(copyUrn, inputs);
    assert.equal(call().source, "hello");
    assert.equal(call().args.at(-1), "target:/etc/motd");

    rmSync(join(folder, "call.json"));
    const moved = { ...inputs, connection: { ...connection, host: "10.0.0.8" } };
    await provider.update(id, copyUrn, outs, moved);
    assert.equal(existsSync(join(folder, "call.json")), false, "another connection alone copies nothing");

    await provider.update(id, copyUrn, outs, { ...inputs, source: text("changed", "2") });
    assert.equal(call().source, "changed");
  });

  it("copies files and folders by their path", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "content");
    const source = { [specialSigKey]: specialAssetSig, path: file, hash: "1" };
    await provider.create(copyUrn, { connection, remotePath: "/tmp/x", source });
    assert.equal(call().source, "content");
    assert.ok(call().args.includes("-r"));
  });

  it("refuses a source that is neither a file nor a text", async () => {
    const { failures } = await provider.check(copyUrn, {}, { connection, remotePath: "/x", source: "file" });
    assert.match(failures?.[0]?.reason ?? "", /FileAsset/);
  });
});
