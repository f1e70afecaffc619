import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { startFileServer } from "../../../../sim/file-server/file-server.ts";
import {
  type AgentFaults,
  type AgentMachine,
  runDeployAgent,
} from "../../../../sim/machine/agent/deploy-agent.ts";
import { MachineDisk } from "../../../../sim/machine/machine-disk.ts";
import { eventually } from "../../../emulator/support/eventually.ts";
import { ScriptedIronic } from "./support/scripted-ironic.ts";

const ADDRESS = "127.31.11.1";
const AGENT = "127.31.11.11";
const PORT = 9999;
const TOKEN = "t".repeat(43);
const NODE = "5f3c9d1e-0000-4000-8000-000000000001";
const MAC = "00:00:5e:00:53:11";
const IMAGE = Buffer.concat([
  Buffer.from("edge-lab simulated node image kubernetes=v1.34.3\n"),
  Buffer.alloc(1024 * 1024 - 49, 7),
]);
const VERSION = { edge_lab_simulated_hardware_manager: "1" };
const FOUND = {
  status: 200,
  body: { node: { uuid: NODE }, config: { heartbeat_timeout: 300, agent_token: TOKEN } },
};

describe("the deploy agent of a simulated machine", () => {
  let folder: string;
  let ironic: ScriptedIronic;
  let files: Server;
  let images: string;
  let disks: readonly MachineDisk[];
  let power: AbortController;
  let faults: AgentFaults;
  let events: string[];
  let agent: Promise<string>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "edge-lab-agent-"));
    writeFileSync(join(folder, "os.raw"), IMAGE);
    writeFileSync(join(folder, "SHA256SUMS"), `${"0".repeat(64)}  other.raw\n${sha256(IMAGE)}  os.raw\n`);
    files = await startFileServer({ root: folder, host: ADDRESS, port: 0 });
    images = `http://${ADDRESS}:${(files.address() as AddressInfo).port}`;
    ironic = new ScriptedIronic(ADDRESS);
    await ironic.start();
    ironic.answers["/v1/lookup"] = [FOUND];
    ironic.answers["/v1/heartbeat"] = [{ status: 202 }];
    ironic.answers["/v1/continue_inspection"] = [{ status: 202, body: { uuid: NODE } }];
    disks = [disk("/dev/nvme0n1", "ROOT", 128), disk("/dev/sda", "DATA", 100)];
    power = new AbortController();
    faults = {};
    events = [];
  });

  afterEach(async () => {
    power.abort(new Error("power cut"));
    await agent.catch(() => undefined);
    ironic.stop();
    files.close();
    files.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  function disk(name: string, serial: string, sizeGiB: number): MachineDisk {
    const model = { name, model: "Simulated SSD", serial, sizeGiB, rotational: false };
    return new MachineDisk(join(folder, "disks", serial), model);
  }

  function boot(parameters: Record<string, string> = { "ipa-api-url": ironic.url }): void {
    const machine: AgentMachine = {
      name: "node-1",
      macs: [MAC.toUpperCase(), "00:00:5e:00:53:12"],
      cpus: 6,
      memoryMiB: 16384,
      nodeAddress: "172.22.0.11",
      agentAddress: AGENT,
      agentPort: PORT,
      bootMode: "uefi",
      disks,
    };
    agent = runDeployAgent({
      machine,
      parameters: new Map(Object.entries(parameters)),
      faults: () => faults,
      timeScale: 0.001,
      event: (what, detail) => events.push(detail === undefined ? what : `${what}: ${detail}`),
      signal: power.signal,
    });
    agent.catch(() => undefined);
  }

  /** Until the agent can take commands, as Ironic knows. */
  async function heartbeats(more = 1): Promise<void> {
    const before = ironic.to("/v1/heartbeat").length;
    await eventually(async () => assert.ok(ironic.to("/v1/heartbeat").length >= before + more));
  }

  async function up(parameters?: Record<string, string>): Promise<void> {
    boot(parameters);
    await heartbeats();
  }

  async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> {
    const response = await fetch(`http://${AGENT}:${PORT}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Json };
  }

  function command(
    name: string,
    params: unknown = {},
    wait = false,
  ): Promise<{ status: number; body: Json }> {
    return ask("POST", `/v1/commands/?wait=${wait}&agent_token=${TOKEN}`, { name, params });
  }

  async function lastCommand(): Promise<Json> {
    const { body } = await ask("GET", `/v1/commands/?agent_token=${TOKEN}`);
    return (body.commands as Json[]).at(-1) ?? {};
  }

  function writeImage(more: Record<string, unknown> = {}, node: unknown = hinted("s== ROOT")): Json {
    const image = { id: "image-1", urls: [`${images}/os.raw`], disk_format: "raw", stream_raw_images: true };
    const sum = { os_hash_algo: "sha256", os_hash_value: sha256(IMAGE) };
    const args = {
      image_info: { ...image, ...sum, ...more },
      configdrive: gzipSync("ISO").toString("base64"),
    };
    return {
      step: { step: "write_image", interface: "deploy", args },
      node,
      ports: [],
      deploy_version: VERSION,
    };
  }

  function clean(step: string, properties: Json = {}): Json {
    return { step: { step, interface: "deploy" }, node: { uuid: NODE, properties }, ports: [] };
  }

  describe("inspection", () => {
    const callback = () => ({
      "ipa-inspection-callback-url": `${ironic.url}/v1/continue_inspection`,
      BOOTIF: "01-00-00-5e-00-53-11",
    });

    it("tells what the machine is made of, with an address that Ironic does not drop", async () => {
      boot(callback());
      await eventually(async () => assert.equal(ironic.to("/v1/continue_inspection").length, 1));
      const [{ body } = { body: {} as Json }] = ironic.to("/v1/continue_inspection");
      const inventory = body.inventory as Record<string, Json & Json[]>;
      assert.deepEqual(
        inventory.interfaces?.map(({ mac_address, ipv4_address }: Json) => [mac_address, ipv4_address]),
        [
          [MAC, "172.22.0.11"],
          ["00:00:5e:00:53:12", null],
        ],
      );
      assert.deepEqual(
        inventory.disks?.map(({ name, serial, size, rotational }: Json) => [name, serial, size, rotational]),
        [
          ["/dev/nvme0n1", "ROOT", 128 * 1024 ** 3, false],
          ["/dev/sda", "DATA", 100 * 1024 ** 3, false],
        ],
      );
      assert.equal(inventory.cpu?.count, 6);
      assert.equal(inventory.memory?.physical_mb, 16384);
      assert.equal(inventory.boot?.current_boot_mode, "uefi");
      assert.equal((body.root_disk as Json).name, "/dev/sda"); // the smallest, for want of hints
      assert.equal(body.boot_interface, "01-00-00-5e-00-53-11");
      assert.equal(body.error, null);
    });

    it("asks again while Ironic has not stored that it waits, and then stays for the power cut alone", async () => {
      ironic.answers["/v1/continue_inspection"] = [
        { status: 404 },
        { status: 404 },
        { status: 202, body: {} },
      ];
      boot(callback());
      await eventually(async () => assert.equal(ironic.to("/v1/continue_inspection").length, 3));
      await eventually(async () => assert.ok(events.some((event) => event.startsWith("nothing more to do"))));
      assert.deepEqual(ironic.to("/v1/lookup"), []);
      power.abort(new Error("power cut"));
      await assert.rejects(agent, /power cut/);
    });

    it("goes on to lookup with the node it was told when it has an API to go on to", async () => {
      await up({ ...callback(), "ipa-api-url": ironic.url });
      assert.match(ironic.to("/v1/lookup")[0]?.path ?? "", new RegExp(`node_uuid=${NODE}`));
    });

    it("gives up on a refusal and goes on", async () => {
      ironic.answers["/v1/continue_inspection"] = [{ status: 400 }];
      await up({ ...callback(), "ipa-api-url": ironic.url });
      assert.equal(ironic.to("/v1/continue_inspection").length, 1);
      assert.ok(events.includes("inspection failed: Error 400: not now"));
    });
  });

  describe("lookup and heartbeats", () => {
    it("asks until Ironic waits for it, then says where it can be reached, with the token", async () => {
      ironic.answers["/v1/lookup"] = [{ status: 404 }, { status: 409 }, FOUND];
      await up();
      const lookups = ironic.to("/v1/lookup");
      assert.equal(lookups.length, 3);
      assert.equal(lookups[0]?.headers["x-openstack-ironic-api-version"], "1.68");
      const query = new URLSearchParams(lookups[0]?.path.split("?")[1]);
      assert.equal(query.get("addresses"), `${MAC},00:00:5e:00:53:12`);
      const [beat] = ironic.to("/v1/heartbeat");
      assert.equal(beat?.path, `/v1/heartbeat/${NODE}`);
      assert.equal(beat?.body.callback_url, `http://${AGENT}:${PORT}`);
      assert.equal(beat?.body.agent_token, TOKEN);
    });

    it("repeats heartbeats by itself, also those that Ironic refused", async () => {
      ironic.answers["/v1/heartbeat"] = [{ status: 409 }, { status: 202 }];
      await up();
      await heartbeats(2);
      assert.ok(events.includes("heartbeat refused: Error 409: not now"));
    });

    it("takes the token of the kernel's parameters when the lookup shows stars, and is locked without one", async () => {
      const config = { heartbeat_timeout: 300, agent_token: "******" };
      ironic.answers["/v1/lookup"] = [{ status: 200, body: { node: { uuid: NODE }, config } }];
      await up({ "ipa-api-url": ironic.url, "ipa-agent-token": "p".repeat(43) });
      assert.equal(ironic.to("/v1/heartbeat")[0]?.body.agent_token, "p".repeat(43));
      power.abort(new Error("power cut"));
      await assert.rejects(agent, /power cut/);
      power = new AbortController();
      boot();
      await eventually(async () => assert.ok(events.some((event) => event.startsWith("locked down"))));
    });
  });

  describe("commands", () => {
    it("refuses whoever has not the token, and what is no command, in the agent's own form", async () => {
      await up();
      const none = await ask("POST", "/v1/commands/", { name: "standby.sync", params: {} });
      assert.deepEqual(none, {
        status: 401,
        body: { faultcode: "Client", faultstring: "401 Unauthorized: Token invalid." },
      });
      assert.equal((await ask("GET", "/v1/commands/?agent_token=other")).status, 401);
      assert.deepEqual(await command("standby.dance"), {
        status: 400,
        body: { faultcode: "Client", faultstring: "Invalid command: Unknown command: dance" },
      });
      assert.deepEqual(await command("dance.sync"), {
        status: 404,
        body: { faultcode: "Client", faultstring: "Not found: Extension with id dance not found." },
      });
      assert.equal(
        (await ask("POST", `/v1/commands/?agent_token=${TOKEN}`, { name: "standby.sync" })).status,
        400,
      );
      const rescue = await command("rescue.finalize_rescue", { rescue_password: "x", hashed: true });
      assert.equal(rescue.body.command_status, "FAILED");
    });

    it("offers its steps with the version that Ironic gives back", async () => {
      await up();
      const { body } = await command("clean.get_clean_steps", { node: {}, ports: [] });
      assert.equal(body.command_name, "get_clean_steps");
      assert.equal(body.command_status, "SUCCEEDED");
      const { clean_steps, hardware_manager_version } = body.command_result as Record<string, Json>;
      assert.deepEqual(hardware_manager_version, VERSION);
      const listed = Object.values(clean_steps ?? {}).flat() as Json[];
      assert.deepEqual(listed.map(({ step, priority }) => [step, priority]).slice(0, 2), [
        ["erase_devices", 10],
        ["erase_devices_metadata", 99],
      ]);
      const other = { ...clean("erase_devices_metadata"), clean_version: { other: "1" } };
      assert.equal(
        (await command("clean.execute_clean_step", other)).body.command_status,
        "CLEAN_VERSION_MISMATCH",
      );
    });

    it("does one at a time, and tells the end of a long one by a heartbeat", async () => {
      await up();
      const { body } = await command("clean.execute_clean_step", clean("erase_devices"));
      assert.equal(body.command_status, "RUNNING");
      assert.deepEqual(await command("standby.sync"), {
        status: 409,
        body: { faultcode: "Client", faultstring: "Agent is busy: executing command execute_clean_step" },
      });
      await eventually(async () => assert.equal((await lastCommand()).command_status, "SUCCEEDED"));
      const one = await ask("GET", `/v1/commands/${body.id}?agent_token=${TOKEN}`);
      assert.deepEqual(one.body.command_result, {
        clean_result: null,
        clean_step: { step: "erase_devices", interface: "deploy" },
      });
      await heartbeats();
    });

    it("wipes every disk but those on the node's skip list", async () => {
      for (const one of disks) one.setContent({ image: { url: "x", bytes: 1, firstLine: "x" } });
      await up();
      const keep = { skip_block_devices: [{ serial: "s== DATA" }] };
      await command("clean.execute_clean_step", clean("erase_devices_metadata", keep), true);
      assert.deepEqual(
        disks.map(({ content }) => content.image?.url),
        [undefined, "x"],
      );
      await command("clean.execute_clean_step", clean("erase_devices_metadata"), true);
      assert.deepEqual(
        disks.map(({ content }) => content.image?.url),
        [undefined, undefined],
      );
    });

    it("turns the machine off or around when told, after its answer", async () => {
      await up();
      assert.equal((await command("standby.power_off")).status, 200);
      assert.equal(await agent, "poweroff");
      await assert.rejects(command("standby.sync"));
      boot();
      await heartbeats();
      await command("standby.run_image");
      assert.equal(await agent, "reboot");
    });

    it("hands out its logs, and answers nothing more once it is locked down", async () => {
      await up();
      const { body } = await command("log.collect_system_logs");
      const { system_logs } = body.command_result as { system_logs: string };
      assert.match(
        gunzipSync(Buffer.from(system_logs, "base64")).toString("latin1"),
        /^journal\0.*looked up: 5f3c/s,
      );
      await command("system.lockdown");
      await assert.rejects(command("standby.sync"));
      power.abort(new Error("power cut"));
      await assert.rejects(agent, /power cut/);
    });
  });

  describe("writing an image", () => {
    it("puts the image and the config drive on the disk that the hints mean", async () => {
      await up();
      const { body } = await command("deploy.execute_deploy_step", writeImage(), true);
      assert.equal(body.command_status, "SUCCEEDED", JSON.stringify(body.command_error));
      const { deploy_result } = body.command_result as { deploy_result: unknown };
      assert.deepEqual(deploy_result, {
        result: "prepare_image: image (image-1) written to device /dev/nvme0n1 root_uuid=0x07070707",
      });
      const [root, data] = disks;
      assert.deepEqual(root?.content, {
        image: {
          url: `${images}/os.raw`,
          bytes: IMAGE.length,
          firstLine: "edge-lab simulated node image kubernetes=v1.34.3",
        },
        configDrive: true,
      });
      assert.ok(readFileSync(root?.imageFile ?? "").equals(IMAGE));
      assert.equal(readFileSync(root?.configDriveFile ?? "", "utf8"), "ISO");
      assert.deepEqual(data?.content, {});
      const uuids = await command("standby.get_partition_uuids");
      assert.deepEqual(uuids.body.command_result, { "root uuid": "0x07070707" });
      assert.equal((await command("image.install_bootloader")).body.command_status, "SUCCEEDED");
    });

    it("takes the smallest disk without hints, and the instance's hints before the node's", async () => {
      await up();
      await command("deploy.execute_deploy_step", writeImage({}, { uuid: NODE }), true);
      assert.ok(disks[1]?.content.image);
      const both = { ...hinted("s== DATA"), instance_info: { root_device: { name: "s== /dev/nvme0n1" } } };
      await command("deploy.execute_deploy_step", writeImage({}, both), true);
      assert.ok(disks[0]?.content.image);
    });

    it("reads a checksum that is the URL of a list", async () => {
      await up();
      const listed = { os_hash_algo: null, os_hash_value: null, checksum: `${images}/SHA256SUMS` };
      const { body } = await command("deploy.execute_deploy_step", writeImage(listed), true);
      assert.equal(body.command_status, "SUCCEEDED", JSON.stringify(body.command_error));
    });

    it("says both sums when the image is not what it should be, and leaves nothing to boot", async () => {
      await up();
      const wrong = writeImage({ os_hash_value: "0".repeat(64) });
      const { body } = await command("deploy.execute_deploy_step", wrong, true);
      assert.equal(body.command_status, "FAILED");
      const { type, details } = body.command_error as { type: string; details: string };
      assert.equal(type, "ImageChecksumError");
      assert.ok(details.includes("0".repeat(64)) && details.includes(sha256(IMAGE)), details);
      assert.deepEqual(disks[0]?.content, {});
    });

    it("fails at once for an image that is not there, a disk that is not there, and no checksum", async () => {
      await up();
      const failure = async (params: Json) =>
        (await command("deploy.execute_deploy_step", params, true)).body.command_error as Json;
      assert.equal((await failure(writeImage({ urls: [`${images}/none.raw`] }))).type, "ImageDownloadError");
      assert.equal((await failure(writeImage({}, hinted("s== NONE")))).type, "DeviceNotFound");
      const unchecked = writeImage({ os_hash_algo: null, os_hash_value: null });
      assert.equal((await failure(unchecked)).type, "InvalidCommandParamsError");
      assert.equal((await failure(writeImage({ disk_format: "qcow2" }))).type, "InvalidImage");
    });
  });

  describe("faults", () => {
    it("wrongChecksum: what arrives is not what was sent", async () => {
      await up();
      faults = { wrongChecksum: true };
      const { body } = await command("deploy.execute_deploy_step", writeImage(), true);
      assert.equal((body.command_error as Json).type, "ImageChecksumError");
    });

    it("diskTooSmall: no root disk without hints, no room for the image with them", async () => {
      await up();
      faults = { diskTooSmall: true };
      const none = await command("deploy.execute_deploy_step", writeImage({}, { uuid: NODE }), true);
      assert.match((none.body.command_error as { details: string }).details, /smaller than 4294967296B/);
      const full = await command("deploy.execute_deploy_step", writeImage(), true);
      assert.match((full.body.command_error as { details: string }).details, /No space left on device/);
    });

    it("agentDiesMidDeploy: no answers and no heartbeats, until the power is cut", async () => {
      await up();
      faults = { agentDiesMidDeploy: true };
      await command("deploy.execute_deploy_step", writeImage());
      await eventually(async () => assert.ok(events.includes("agent died")));
      await assert.rejects(lastCommand());
      assert.deepEqual(disks[0]?.content, {});
      assert.ok(existsSync(disks[0]?.imageFile ?? ""));
      power.abort(new Error("power cut"));
      await assert.rejects(agent, /power cut/);
    });

    it("networkLost: nothing in, nothing out, and all well again afterwards", async () => {
      await up();
      faults = { networkLost: true };
      await assert.rejects(lastCommand());
      await eventually(async () =>
        assert.ok(events.includes("heartbeat refused: [Errno 101] Network is unreachable")),
      );
      faults = {};
      await heartbeats();
      assert.equal((await command("standby.sync")).body.command_status, "SUCCEEDED");
    });
  });

  it("ends at once when the power is cut in the middle of its work, and can be booted again", async () => {
    await up();
    await command("clean.execute_clean_step", clean("erase_devices"));
    power.abort(new Error("power cut"));
    await assert.rejects(agent, /power cut/);
    await assert.rejects(lastCommand());
    power = new AbortController();
    boot();
    await heartbeats();
    assert.equal((await lastCommand()).command_name, undefined);
  });
});

type Json = Record<string, unknown>;

function hinted(serial: string): Json {
  return { uuid: NODE, properties: { root_device: { serial } }, instance_info: {} };
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
