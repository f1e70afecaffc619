import type { HostConfig } from "../../components/config/index.ts";

/** As much as can be known of a machine, so that every kind of resource is there to be judged. */
export const knownFacts: NonNullable<HostConfig["facts"]> = {
  manufacturer: "ACME",
  model: "Box 1",
  serialNumber: "S-1",
  biosVersion: "1.2",
  memoryGiB: 16,
  disks: [{ model: "SAMSUNG MZVLB256", capacityGB: 256 }],
  processors: { count: 1, model: "i5-8500T", architecture: "x86_64", cores: 6, threads: 6 },
};
