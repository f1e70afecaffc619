import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { EmulatorConfigInput } from "../../../emulator/src/config.ts";
import { type TestEmulator, testEmulator } from "../support/emulator.ts";
import { eventually } from "../support/eventually.ts";
import type { Body } from "../support/redfish-client.ts";

const page = readFileSync(new URL("../../../docs/redfish.md", import.meta.url), "utf8");
const SYSTEM = "/redfish/v1/Systems/node-1";
const facts: NonNullable<EmulatorConfigInput["machines"][number]["facts"]> = {
  manufacturer: "ACME",
  model: "Box 1",
  serialNumber: "S-1",
  biosVersion: "1.2",
  memoryGiB: 16,
  disks: [{ model: "SAMSUNG MZVLB256", manufacturer: "Samsung", capacityGB: 256 }],
  processors: { count: 1, model: "i5-8500T", architecture: "x86_64", cores: 6, threads: 6 },
};

/** The properties of each kind of resource by docs/redfish.md. */
function listed(): Map<string, string[]> {
  const [, section = ""] = page.split("\n## Properties\n");
  const [table = ""] = section.split("\n## ");
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  return new Map(
    rows.flatMap((row) => {
      const [kinds = "", properties = ""] = row.slice(2).split(" | ");
      const names = [...properties.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name).sort();
      return [...kinds.matchAll(/`([^`]+)`/g)].map(([, kind = ""]): [string, string[]] => [kind, names]);
    }),
  );
}

describe("docs/redfish.md", () => {
  let lab: TestEmulator;
  before(async () => {
    lab = await testEmulator({
      machine: { facts, uuid: "4c4c4544-0044-4210-8031-c2c04f595931" },
      prepare: ({ "node-1": device }) => {
        device.told = { measuresEnergy: true };
        device.energy = async () => ({
          watts: 12,
          totals: [{ period: "month", wattHours: 430, since: Date.UTC(2026, 0, 1) }],
        });
      },
    });
  });
  after(() => lab.stop());

  it("lists every property that is served, by kind of resource, and no other", async () => {
    await makeSomethingToShow(lab);
    const served = await walk(lab);
    const written = listed();
    for (const [kind, properties] of served) {
      assert.deepEqual(written.get(kind), [...properties].sort(), `the properties of ${kind}`);
    }
    assert.deepEqual([...written.keys()].sort(), [...served.keys()].sort());
  });
});

/** Somebody logged in, a log entry, destinations of both kinds, energy. */
async function makeSomethingToShow({ admin, anonymous, operator }: TestEmulator): Promise<void> {
  const login = { UserName: "reader", Password: "reader-marker-9c3" };
  await anonymous.post("/redfish/v1/SessionService/Sessions", login);
  await operator.patch(SYSTEM, { Boot: { BootSourceOverrideTarget: "Pxe" } });
  const destination = { Destination: "https://127.0.0.1:9/", Protocol: "Redfish", Context: "mine" };
  await admin.post("/redfish/v1/EventService/Subscriptions", destination);
  await eventually(async () => {
    const { body } = await admin.get("/redfish/v1/Chassis/node-1/EnvironmentMetrics");
    assert.ok(body.EnergykWh);
  });
}

/** Every resource that links lead to, and what they hold: names of properties by the name of the schema. */
async function walk({ admin }: TestEmulator): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const visit = async (uri: string): Promise<void> => {
    if (seen.has(uri)) return;
    seen.add(uri);
    const { status, body } = await admin.get(uri);
    assert.equal(status, 200, uri);
    const schema = /^#(\w+)\./.exec(String(body["@odata.type"]))?.[1] ?? "";
    const kind = schema.endsWith("Collection") ? "…Collection" : schema;
    const properties = found.get(kind) ?? new Set();
    found.set(kind, properties);
    for (const name of Object.keys(body)) if (!name.includes("@")) properties.add(name);
    for (const link of linksIn(body)) await visit(link);
  };
  await visit("/redfish/v1/");
  await visit("/redfish/v1/Registries/EdgeLab/EdgeLab.json");
  return found;
}

function linksIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value as Body).flatMap(([name, inner]) =>
    name === "@odata.id" ? [String(inner)] : linksIn(inner),
  );
}
