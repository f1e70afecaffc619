import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { pythonEnvironment } from "../../tools/python-environment.ts";
import { Target } from "./target.ts";

/** The id that one of its systems has. */
export const PEER_SYSTEM = "00000000-0000-4000-8000-000000000000";

/**
 * sushy-tools with its fake driver, which touches no device, behind gunicorn. Without a login: its own checks bcrypt at every
 * request, and what is compared is its best.
 */
export async function startPeer(folder: string, workers: number, systems: number): Promise<Target> {
  const bin = await pythonEnvironment("peer");
  const home = join(folder, `peer-${workers}`);
  mkdirSync(home, { recursive: true });
  const fakes = Array.from({ length: systems }, (_, index) => ({
    uuid: PEER_SYSTEM.replace(/0{6}$/, String(index).padStart(6, "0")),
    name: `node-${index}`,
    power_state: "Off",
    nics: [{ mac: "00:00:5e:00:53:01", ip: "192.0.2.1" }],
  }));
  const config = join(home, "emulator.conf");
  const lines = [
    "SUSHY_EMULATOR_FAKE_DRIVER = True",
    `SUSHY_EMULATOR_STATE_DIR = ${JSON.stringify(home)}`,
    `SUSHY_EMULATOR_FAKE_SYSTEMS = ${JSON.stringify(fakes)}`,
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  const port = await freePort();
  const args = ["--workers", String(workers), "--bind", `127.0.0.1:${port}`, "sushy_tools.emulator.main:app"];
  return Target.start(join(bin, "gunicorn"), args, {
    url: `http://127.0.0.1:${port}`,
    environment: { SUSHY_EMULATOR_CONFIG: config },
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
