/** Namespace of what the lab itself runs: the emulator and the image server. */
export const labNamespace = "edge-lab";

/** Names of the emulator's objects. Ironic, people and the sim find them by these. */
export const emulatorNames = {
  workload: "redfish-emulator",
  config: "redfish-emulator-config",
  machines: "redfish-emulator-machines",
  tls: "redfish-emulator-tls",
  data: "redfish-emulator-data",
  credentials: "redfish-emulator-credentials",
  /** Made by `lab restore`: what an emulator without a store begins with. */
  seed: "redfish-emulator-seed",
} as const;

export const emulatorLabels = { "app.kubernetes.io/name": "redfish-emulator" } as const;

/** Port in the container; the Service may have another. */
export const emulatorPort = 8443;
