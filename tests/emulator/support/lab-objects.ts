/** Objects as the lab's controllers write them, the fields that somebody looks at. */
export const labObjects = {
  host: (
    name: string,
    state: string,
    rest: { readonly error?: string; readonly consumer?: string } = {},
  ) => ({
    metadata: { name, annotations: {} },
    spec: rest.consumer === undefined ? {} : { consumerRef: { kind: "Metal3Machine", name: rest.consumer } },
    status: {
      provisioning: { state },
      errorType: rest.error === undefined ? "" : "registration error",
      errorMessage: rest.error ?? "",
      errorCount: rest.error === undefined ? 0 : 3,
    },
  }),
  machine: (
    name: string,
    infrastructure: string,
    phase: string,
    rest: { readonly node?: string; readonly problem?: string } = {},
  ) => ({
    metadata: { name },
    spec: {
      clusterName: "edge",
      version: "v1.35.2",
      infrastructureRef: { kind: "Metal3Machine", name: infrastructure },
    },
    status: {
      phase,
      ...(rest.node !== undefined && { nodeRef: { name: rest.node } }),
      conditions: [
        rest.problem === undefined
          ? { type: "Ready", status: "True", reason: "Ready" }
          : { type: "Ready", status: "False", reason: "NotReady", message: rest.problem },
      ],
    },
  }),
  cluster: (name: string, available: boolean) => ({
    metadata: { name },
    spec: { topology: { version: "v1.35.2" } },
    status: {
      phase: "Provisioned",
      conditions: [
        available
          ? { type: "Available", status: "True", reason: "Available" }
          : {
              type: "Available",
              status: "False",
              reason: "NotAvailable",
              message: "* WorkersAvailable: 1 of 3",
            },
        { type: "RollingOut", status: "False", reason: "NotRollingOut" },
      ],
    },
  }),
} as const;
