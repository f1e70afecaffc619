import type { CimClass, CimInstance } from "./cim-class.ts";
import type { PowerControl } from "./power-control.ts";

const SERVICE = {
  CreationClassName: "CIM_PowerManagementService",
  Name: "Intel(r) AMT Power Management Service",
  SystemCreationClassName: "CIM_ComputerSystem",
  SystemName: "Intel(r) AMT",
} as const;

/** The classes through which the power is read and changed (Intel AMT SDK). */
export function powerClasses(power: PowerControl): CimClass[] {
  const association = (): CimInstance => ({
    AvailableRequestedPowerStates: power.available,
    PowerState: power.state,
    ServiceProvided: { to: "CIM_PowerManagementService", selectors: SERVICE },
    UserOfService: {
      to: "CIM_ComputerSystem",
      selectors: { CreationClassName: "CIM_ComputerSystem", Name: "ManagedSystem" },
    },
  });
  const service = (className: string): CimInstance => ({
    ...SERVICE,
    CreationClassName: className,
    ElementName: "Intel(r) AMT Power Management Service",
    EnabledState: 5,
    RequestedState: 12,
  });
  const known = [2, 4, 5, 7, 8, 10, 11, 12, 14];
  return [
    { name: "CIM_AssociatedPowerManagementService", instances: () => [association()] },
    {
      name: "CIM_ServiceAvailableToElement",
      instanceClass: "CIM_AssociatedPowerManagementService",
      instances: () => [association()],
    },
    {
      name: "CIM_PowerManagementService",
      instances: () => [service("CIM_PowerManagementService")],
      methods: {
        RequestPowerStateChange: (input) => {
          const state = input.number("PowerState");
          input.reference("ManagedElement");
          return { ReturnValue: power.request(state) };
        },
      },
    },
    {
      name: "CIM_PowerManagementCapabilities",
      instances: () => [
        {
          ElementName: "Power Management Capabilities",
          InstanceID: "Intel(r) AMT:PowerManagementCapabilities 0",
          PowerChangeCapabilities: [2, 3, 4, 7, 8],
          PowerStatesSupported: known,
          RequestedPowerStatesSupported: known,
        },
      ],
    },
    {
      name: "IPS_PowerManagementService",
      instances: () => [
        // Told while the operating system runs only (mps#2278).
        {
          ...service("IPS_PowerManagementService"),
          OSPowerSavingState: power.state === 2 ? 2 : undefined,
        },
      ],
    },
  ];
}
