import type { MachinePower } from "../power/machine-power.ts";
import { collection } from "./collection.ts";
import { energyKwh, powerWatts } from "./energy.ts";
import { findMachine } from "./find-machine.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { type Exchange, type JsonObject, ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { uris } from "./uris.ts";

const SENSORS = ["PowerWatts", "EnergykWh"] as const;
type SensorId = (typeof SENSORS)[number];

/** The power device's meter as sensors; there are none where the device has no meter. */
export const sensors: Resource = {
  uri: uris.sensors(":name"),
  entity: "SensorCollection",
  GET: (exchange) => {
    const { name } = findMeter(exchange, "SensorCollection").machine;
    const members = SENSORS.map((id) => uris.sensor(name, id));
    return ok(collection(uris.sensors(name), "SensorCollection", "Sensors", members));
  },
};

export const sensor: Resource = {
  uri: uris.sensor(":name", ":id"),
  entity: "Sensor",
  GET: async (exchange) => {
    const power = findMeter(exchange, "Sensor");
    const { name } = power.machine;
    const id = SENSORS.find((known) => known === exchange.params.id);
    if (!id) throw new RedfishError(404, resourceNotFound("Sensor", exchange.params.id ?? ""));
    return ok({
      "@odata.type": odataType("Sensor"),
      "@odata.id": uris.sensor(name, id),
      Id: id,
      Name: id === "PowerWatts" ? `Power drawn by ${name}` : `Energy used by ${name}`,
      PhysicalContext: "Chassis",
      ...(await reading(power, id)),
      Status: { State: "Enabled", Health: "OK" },
    });
  },
};

async function reading(power: MachinePower, id: SensorId): Promise<JsonObject> {
  const energy = await power.energy();
  return id === "PowerWatts"
    ? { ReadingType: "Power", ReadingUnits: "W", ...powerWatts(energy) }
    : { ReadingType: "EnergykWh", ReadingUnits: "kW.h", Reading: null, ...energyKwh(energy) };
}

function findMeter(exchange: Exchange, schema: "Sensor" | "SensorCollection"): MachinePower {
  const power = findMachine(exchange, schema);
  if (!power.measuresEnergy) throw new RedfishError(404, resourceNotFound(schema, power.machine.name));
  return power;
}
