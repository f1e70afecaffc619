/** Which agent this one speaks like, and what its hardware manager is called: Ironic keeps both for a whole cleaning. */
export const agentIdentity = {
  version: "13.0.0",
  manager: "edge_lab_simulated_hardware_manager",
  managerVersion: "1",
} as const;
