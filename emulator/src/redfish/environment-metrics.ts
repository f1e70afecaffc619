import { energyKwh, powerWatts } from "./energy.ts";
import { findMachine } from "./find-machine.ts";
import { resourceNotFound } from "./messages.ts";
import { RedfishError } from "./redfish-error.ts";
import { ok, type Resource } from "./resource.ts";
import { odataType } from "./schemas.ts";
import { uris } from "./uris.ts";

/**
 * What the machine draws, where its power device measures that. The reading is null while the device does not tell;
 * EnergykWh counts from SensorResetTime on: a plug's month, which begins anew by itself.
 */
export const environmentMetrics: Resource = {
  uri: uris.environmentMetrics(":name"),
  entity: "EnvironmentMetrics",
  GET: async (exchange) => {
    const power = findMachine(exchange, "EnvironmentMetrics");
    const { name } = power.machine;
    if (!power.measuresEnergy) throw new RedfishError(404, resourceNotFound("EnvironmentMetrics", name));
    const energy = await power.energy();
    const kwh = energyKwh(energy);
    return ok({
      "@odata.type": odataType("EnvironmentMetrics"),
      "@odata.id": uris.environmentMetrics(name),
      Id: "EnvironmentMetrics",
      Name: `Environment metrics of ${name}`,
      PowerWatts: { DataSourceUri: uris.sensor(name, "PowerWatts"), ...powerWatts(energy) },
      ...(kwh && { EnergykWh: { DataSourceUri: uris.sensor(name, "EnergykWh"), ...kwh } }),
    });
  },
};
