import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../../sim/processes/wait-until.ts";
import { leaveOut } from "../support/leave-out.ts";
import { deployedLab } from "./deployed-lab.ts";
import { sharedNode } from "./shared-node.ts";
import { containerProcesses } from "./support/container-process.ts";

const wait = { timeoutMs: 240_000, everyMs: 500 };
/** Made over Redfish: the emulator's store is the only place where it is. */
const account = { UserName: "kept", Password: "Kept-for-Ever-1", RoleId: "ReadOnly" };
const image = "node-v1.34.3-ba9876543210.raw";

/** One after the other: what is stored first is looked for after each blow. */
describe("what a lab deploys, when something happens to it on a real node", () => {
  /** Path of the account, whose id the emulator gave. */
  let stored = "";
  const uid = (name: (typeof deployedLab.names)[number]) => deployedLab.ofPod(name, ".metadata.uid");
  const programs = { "redfish-emulator": "main.js", "image-server": "nginx" } as const;
  /** Whoever has its password is let in, and finds it as it was made. */
  const isKept = async () => {
    const login = deployedLab.redfishAs(`${account.UserName}:${account.Password}`);
    const { body } = await deployedLab.answers(stored, login);
    assert.deepEqual([body.UserName, body.RoleId], [account.UserName, account.RoleId]);
  };

  before(async function () {
    leaveOut(this, await deployedLab.up());
    const made = await deployedLab.redfish.send("POST", "/redfish/v1/AccountService/Accounts", account);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    stored = String(made.body["@odata.id"]);
    writeFileSync(join(await deployedLab.volumeFolder("image-server"), image), "an image", { mode: 0o644 });
  });

  it("serves a renewed certificate without a restart", async () => {
    const before = (await deployedLab.answers("/redfish/v1/")).certificate.serialNumber;
    await deployedLab.kubectl("delete", "secret", "redfish-emulator-tls");
    const renewed = async () =>
      (await deployedLab.redfish.send("GET", "/redfish/v1/")).certificate.serialNumber !== before;
    await waitUntil(renewed, { ...wait, what: "the new certificate" });
    assert.equal(await deployedLab.restarts("redfish-emulator"), "0");
  });

  it("keeps what the emulator has stored when its pod is killed", async () => {
    await isKept();
    const before = await uid("redfish-emulator");
    // Without a chance to write anything.
    for (const { pid } of containerProcesses(before, programs["redfish-emulator"]))
      process.kill(pid, "SIGKILL");
    const now = ["--grace-period=0", "--force"];
    await deployedLab.kubectl("delete", "pod", "-l", "app.kubernetes.io/name=redfish-emulator", ...now);
    await deployedLab.available("redfish-emulator");
    assert.notEqual(await uid("redfish-emulator"), before);
    await isKept();
  });

  it("is restarted by its probes when it hangs", async () => {
    const before = Object.fromEntries(
      await Promise.all(deployedLab.names.map(async (name) => [name, await uid(name)] as const)),
    );
    for (const name of deployedLab.names)
      for (const { pid } of containerProcesses(before[name] ?? "", programs[name]))
        process.kill(pid, "SIGSTOP");
    await Promise.all(
      deployedLab.names.map(async (name) => {
        const again = async () => (await deployedLab.restarts(name)) === "1";
        await waitUntil(again, { ...wait, what: `a restart of ${name}` });
        await deployedLab.available(name);
        assert.equal(await uid(name), before[name], "the same pod, a new container");
      }),
    );
    await isKept();
    await waitUntil(async () => (await deployedLab.image(image, "bytes=0-1")).status === 206, {
      ...wait,
      what: "the image server",
    });
  });

  it("comes back with all that it had after the node's power was cut", async () => {
    await sharedNode.restart();
    await isKept();
    const piece = async () => {
      const answer = await deployedLab.image(image, "bytes=3-7");
      return answer.status === 206 && (await answer.text()) === "image";
    };
    await waitUntil(piece, { ...wait, what: "the image server" });
    await Promise.all(deployedLab.names.map((name) => deployedLab.available(name)));
  });
});
