import { deviceFaults } from "./faults/device-faults.ts";
import { hostFaults } from "./faults/host-faults.ts";
import { machineFaults } from "./faults/machine-faults.ts";
import { partFaults } from "./faults/part-faults.ts";
import type { PlantedFault } from "./planted-fault.ts";

/** All of them, the quick ones first: those of machines write an image each. */
export const faultTable: readonly PlantedFault[] = [
  ...deviceFaults,
  ...hostFaults,
  ...partFaults,
  ...machineFaults,
];
