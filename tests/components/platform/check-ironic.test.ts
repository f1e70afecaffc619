import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { checkIronic, type IronicFinding } from "../../../components/metal3/check-ironic.ts";
import { testCertificate } from "../../emulator/support/certificate.ts";
import { FakeIronic } from "./fake-ironic.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const wrong = "wrong-marker-6e2";

describe("asking Ironic whether it takes its password", () => {
  let ironic: FakeIronic;
  beforeEach(async () => {
    ironic = await FakeIronic.start();
  });
  afterEach(() => ironic.stop());

  function check(changed: Partial<Parameters<typeof checkIronic>[0]> = {}): Promise<IronicFinding> {
    const { endpoint, caPem, password } = ironic;
    return checkIronic({ endpoint, caPem, username: "ironic", password, tries: 1, ...changed });
  }
  async function refusal(changed: Partial<Parameters<typeof checkIronic>[0]> = {}): Promise<string> {
    const finding = await check({ tries: 3, ...changed });
    assert.equal(finding.state, "refused", JSON.stringify(finding));
    return finding.state === "refused" ? `${finding.problem}. ${finding.fix}` : "";
  }

  it("is content with an Ironic that takes it", async () => {
    assert.deepEqual(await check(), { state: "ok" });
  });

  it("tells of a wrong password at the first answer, without the password", async () => {
    const words = await refusal({ password: wrong });
    assert.match(words, /refuses the login of Secret ironic-api \(HTTP 401\).*rollout restart/s);
    assert.ok(!words.includes(wrong));
    assert.equal(ironic.requests, 1);
  });

  it("tells of a certificate that the lab's authority did not sign, before it sends the password", async () => {
    const { cert } = await testCertificate("02");
    assert.match(
      await refusal({ caPem: cert }),
      /does not vouch for the certificate.*delete secret ironic-tls/s,
    );
    assert.equal(ironic.requests, 0);
  });

  it("tells of a certificate for another name", async () => {
    const endpoint = ironic.endpoint.replace("127.0.0.1", "localhost");
    assert.match(await refusal({ endpoint }), /ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it("tells of what is not Ironic: another service, another protocol", async () => {
    ironic.body = "<html>hello</html>";
    assert.match(await refusal(), /is not Ironic \(HTTP 200/);
    const plain = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    plain.listen(0, "127.0.0.1");
    await once(plain, "listening");
    const { port } = plain.address() as { port: number };
    assert.match(await refusal({ endpoint: `https://127.0.0.1:${port}` }), /does not speak TLS/);
    plain.close();
  });

  it("learns nothing from an Ironic that is away, busy or silent, and asks it more than once", async () => {
    ironic.status = 503;
    assert.equal((await check({ tries: 2 })).state, "unreachable");
    assert.equal(ironic.requests, 2);
    const silent = createServer((socket) => void socket.on("error", () => undefined).resume());
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as { port: number };
    const finding = await check({ endpoint: `https://127.0.0.1:${port}`, timeOut: 50 });
    assert.deepEqual(finding, {
      state: "unreachable",
      problem: `https://127.0.0.1:${port}: no answer within 0.05 s`,
    });
    silent.close();
    await once(silent, "close");
    assert.equal((await check({ endpoint: `https://127.0.0.1:${port}` })).state, "unreachable");
  });

  describe("as a step of pulumi up", () => {
    async function step(
      changed: Readonly<Record<string, unknown>> = {},
    ): Promise<{ code: number | null; stderr: string }> {
      const child = spawn("node", ["components/metal3/scripts/check-ironic.ts"], { cwd: repository });
      const stderr = text(child.stderr);
      const exit = new Promise<number | null>((done) => child.on("close", done));
      const { endpoint, caPem, password } = ironic;
      child.stdin.end(
        JSON.stringify({ endpoint, caPem, username: "ironic", password, patienceSeconds: 30, ...changed }),
      );
      return { code: await exit, stderr: await stderr };
    }

    it("passes in silence when Ironic takes it", async () => {
      assert.deepEqual(await step(), { code: 0, stderr: "" });
    });

    it("fails with the fix when Ironic goes on refusing, without the password", async () => {
      const { code, stderr } = await step({ password: wrong, patienceSeconds: 1 });
      assert.equal(code, 1);
      assert.match(stderr, /^not yet: .*HTTP 401/);
      assert.match(stderr, /Fix: let Ironic read its Secret again: kubectl .*then run pulumi up again\.\n$/);
      assert.ok(!stderr.includes(wrong));
    });

    it("gives Ironic the time to restart with a new password", async () => {
      const { password } = ironic;
      ironic.password = "the one before";
      const running = step({ password });
      while (ironic.requests === 0) await new Promise((done) => setTimeout(done, 20));
      ironic.password = password;
      const { code, stderr } = await running;
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^not yet: [^\n]*\n$/);
    });

    it("only warns when Ironic cannot be reached from here", async () => {
      await ironic.stop();
      const { code, stderr } = await step();
      ironic = await FakeIronic.start();
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^warning: Ironic was not asked .*ECONNREFUSED.*\n$/);
    });

    it("does not repeat a request that it cannot read", async () => {
      const { code, stderr } = await step({ patienceSeconds: "x", password: wrong });
      assert.equal(code, 1);
      assert.ok(!stderr.includes(wrong), stderr);
    });
  });
});
