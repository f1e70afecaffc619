/** What tells one model of plug from another. */
export interface PlugModel {
  readonly name: "P100" | "P110";
  readonly hardware: string;
  readonly firmware: string;
  /** Whether it has an energy meter. */
  readonly meter: boolean;
  /** Answer to component_nego. A plug that offers more is asked for more methods, so what is not simulated is left out. */
  readonly components: readonly (readonly [id: string, version: number])[];
}

const COMMON: PlugModel["components"] = [
  ["device", 2],
  ["quick_setup", 3],
  ["time", 1],
  ["wireless", 1],
  ["schedule", 2],
  ["countdown", 2],
  ["antitheft", 1],
  ["account", 1],
  ["synchronize", 1],
  ["sunrise_sunset", 1],
  ["led", 1],
  ["cloud_connect", 1],
  ["iot_cloud", 1],
  ["default_states", 1],
];

/** As python-kasa's fixtures of such plugs have them: P100 1.4.0 of 2023, P110(AU) 1.3.1 of 2024, both with KLAP. */
export const PLUG_MODELS: Readonly<Record<PlugModel["name"], PlugModel>> = {
  P100: {
    name: "P100",
    hardware: "1.0.0",
    firmware: "1.4.0 Build 20231017 Rel.35202",
    meter: false,
    components: [...COMMON, ["firmware", 1]],
  },
  P110: {
    name: "P110",
    hardware: "1.0",
    firmware: "1.3.1 Build 240621 Rel.162048",
    meter: true,
    components: [...COMMON, ["firmware", 2], ["device_local_time", 1], ["energy_monitoring", 2]],
  },
};
