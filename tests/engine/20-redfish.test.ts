import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { sharedLab, sharedLabUp } from "./shared-lab.ts";

const hosts = ["m920q-1", "m920q-2", "m920q-3", "optiplex-1", "optiplex-2", "optiplex-3"];
const system = (host: string) => `/redfish/v1/Systems/${host}`;

describe("the emulator that Pulumi declared, over TLS", () => {
  const lab = sharedLab();
  before(sharedLabUp);

  const powerState = async (host: string) => (await lab.redfish("GET", system(host))).body.PowerState;
  const reset = (host: string, ResetType: string) =>
    lab.redfish("POST", `${system(host)}/Actions/ComputerSystem.Reset`, { body: { ResetType } });

  it("asks each device at most once for 100 requests", async () => {
    // Whatever an earlier test set in motion has to come to rest first.
    for (const host of hosts) await powerState(host);
    await lab.resetCounters();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        lab.redfish("GET", system(hosts[index % hosts.length] ?? "")),
      ),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    for (const host of hosts) {
      const { calls } = await lab.device(host);
      // Of the power state: what an engine knows of its machine may be read at any time, in the background.
      assert.ok(calls.powerReads <= 1, `${host}: ${calls.powerReads} reads`);
    }
  });

  it("shows all six systems, off as their devices are", async () => {
    for (const host of hosts) {
      const { status, body } = await lab.redfish("GET", system(host));
      assert.equal(status, 200);
      assert.equal(body.Id, host);
      assert.equal(body.PowerState, "Off");
    }
  });

  it("wants a login", async () => {
    const { status } = await lab.redfish("GET", system("m920q-1"), { login: false });
    assert.equal(status, 401);
  });

  for (const host of ["m920q-2", "optiplex-2"]) {
    it(`switches ${host} on and off at its device`, async () => {
      const on = await reset(host, "On");
      assert.ok(on.status >= 200 && on.status < 300, `On: ${on.status} ${JSON.stringify(on.body)}`);
      const wait = { timeoutMs: 60_000, everyMs: 250 };
      await waitUntil(async () => (await powerState(host)) === "On", { ...wait, what: `${host} On` });
      assert.equal((await lab.device(host)).power, "on");
      const off = await reset(host, "ForceOff");
      assert.ok(off.status >= 200 && off.status < 300, `ForceOff: ${off.status} ${JSON.stringify(off.body)}`);
      await waitUntil(async () => (await lab.device(host)).power === "off", { ...wait, what: `${host} off` });
      await waitUntil(async () => (await powerState(host)) === "Off", { ...wait, what: `${host} Off` });
    });
  }

  it("takes a renewed certificate without a restart", async () => {
    const served = await serial();
    const pid = async () =>
      (await lab.status()).processes.find(({ name }) => name === "pod-redfish-emulator")?.pid;
    const before = await pid();
    await lab.kubectl("-n", "edge-lab", "delete", "secret", "redfish-emulator-tls");
    await waitUntil(async () => (await serial()) !== served, {
      what: "another certificate",
      timeoutMs: 60_000,
    });
    assert.equal(await pid(), before);
    assert.equal((await lab.redfish("GET", system("m920q-1"))).status, 200);
  });

  async function serial(): Promise<string> {
    const env = await lab.environment();
    const { hostname, port } = new URL(env.REDFISH_URL ?? "");
    const ca = readFileSync(env.REDFISH_CACERT ?? "");
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), ca }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
      socket.on("error", reject);
    });
  }
});
