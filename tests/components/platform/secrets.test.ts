import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { fileURLToPath } from "node:url";
import { isSecret } from "@pulumi/pulumi";
import { CertificateAuthority } from "../../../components/secrets/certificate-authority.ts";
import { RandomPassword } from "../../../components/secrets/random-password.ts";
import { scriptCommand } from "../../../components/secrets/script-command.ts";
import { commandOutputs } from "../harness/command-outputs.ts";
import { recordProgram } from "../harness/record-program.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** As the command provider runs it: a shell in the project's folder; at an update with what was printed before. */
function run(command: string, previous?: string): string {
  const env = { ...process.env, ...(previous === undefined ? {} : { PULUMI_COMMAND_STDOUT: previous }) };
  return execFileSync("/bin/sh", ["-c", command], { cwd: repository, env, encoding: "utf8" });
}

describe("generated secrets", () => {
  const password = scriptCommand("components/secrets/scripts/random-password.mjs", 32).command;
  const authority = scriptCommand(
    "components/secrets/scripts/certificate-authority.mjs",
    "edge-lab",
    10,
  ).command;

  it("are passwords of the asked length, another one each time", () => {
    const made = new Set([run(password), run(password), run(password)]);
    assert.equal(made.size, 3);
    for (const one of made) assert.match(one, /^[A-HJ-NP-Za-km-z2-9]{32}$/);
  });

  it("stay the same at an update", () => {
    const first = run(password);
    assert.equal(run(password, first), first);
    const pair = run(authority);
    assert.equal(run(authority, pair), pair);
  });

  it("are never made from nonsense", () => {
    const { status, stdout } = spawnSync("node", ["components/secrets/scripts/random-password.mjs", "3"], {
      cwd: repository,
    });
    assert.equal(status, 2);
    assert.equal(stdout.toString(), "");
    assert.throws(
      () => scriptCommand("components/secrets/scripts/random-password.mjs", "$(id)"),
      /not a plain word/,
    );
  });

  it("are an authority that signs itself, may sign others and lives ten years", () => {
    const { certificate, privateKey } = JSON.parse(run(authority)) as {
      certificate: string;
      privateKey: string;
    };
    const parsed = new X509Certificate(certificate);
    assert.equal(parsed.subject, "CN=edge-lab");
    assert.equal(parsed.ca, true);
    assert.ok(parsed.verify(parsed.publicKey));
    assert.ok(parsed.checkPrivateKey(createPrivateKey(privateKey)));
    assert.equal(parsed.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
    const years = (Date.parse(parsed.validTo) - Date.now()) / (365.25 * 24 * 3600 * 1000);
    assert.ok(years > 9.9 && years < 10.1, `${years} years`);
    assert.ok(Date.parse(parsed.validFrom) < Date.now());
  });

  for (const preview of [true, false]) {
    it(`reach Pulumi as secrets, the authority's certificate readable, in ${preview ? "a preview" : "an update"}`, async () => {
      const { result, resources } = await recordProgram(
        async (opts) => {
          const made = new RandomPassword("password", {}, opts);
          const ca = new CertificateAuthority("ca", { commonName: "edge-lab" }, opts);
          return Promise.all([isSecret(made.value), isSecret(ca.privateKeyPem), isSecret(ca.certificatePem)]);
        },
        { preview, outputs: commandOutputs },
      );
      assert.deepEqual(result, [true, true, false]);
      const commands = resources.filter(({ type }) => type === "command:local:Command");
      assert.equal(commands.length, 2);
      for (const { inputs } of commands) {
        // A changed `create` alone must not make a new secret.
        assert.equal(inputs.update, inputs.create);
        assert.doesNotMatch(JSON.stringify(inputs), /BEGIN|\/work\/|\/home\//);
      }
    });
  }

  it("are made anew when another generation is asked for", async () => {
    const triggers = async (generation: number) => {
      const { resources } = await recordProgram(
        (opts) => new RandomPassword("password", { generation }, opts),
        { preview: true },
      );
      return resources.find(({ type }) => type === "command:local:Command")?.inputs.triggers;
    };
    assert.notDeepEqual(await triggers(1), await triggers(2));
    assert.deepEqual(await triggers(1), await triggers(1));
  });
});
