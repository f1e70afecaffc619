import type { CimClass, CimInstance } from "./cim-class.ts";
import { AMT_BUILD, AMT_VERSION, type Platform, smbiosBytes } from "./platform.ts";

const OWNER = { SystemCreationClassName: "CIM_ComputerSystem", SystemName: "ManagedSystem" } as const;
const GIB = 2 ** 30;

/**
 * Who the machine is and what is in it: a Lenovo ThinkCentre M920q with AMT 12 (Intel AMT SDK, hardware asset classes).
 */
export function identityClasses(platform: Platform): CimClass[] {
  const fixed = (name: string, ...instances: CimInstance[]): CimClass => ({
    name,
    instances: () => instances,
  });
  const computer = { CreationClassName: "CIM_ComputerSystem", Name: "ManagedSystem" };
  const software = (InstanceID: string, VersionString: string) => ({
    InstanceID,
    IsEntity: true,
    VersionString,
  });
  return [
    fixed(
      "CIM_ComputerSystem",
      { ...computer, ElementName: "Managed System", EnabledState: 5, RequestedState: 12 },
      {
        ...computer,
        Name: "Intel(r) AMT",
        ElementName: "Intel(r) AMT Subsystem",
        EnabledState: 5,
        RequestedState: 12,
      },
    ),
    fixed("CIM_ComputerSystemPackage", {
      Antecedent: { to: "CIM_Chassis", selectors: { CreationClassName: "CIM_Chassis", Tag: "CIM_Chassis" } },
      Dependent: { to: "CIM_ComputerSystem", selectors: computer },
      PlatformGUID: smbiosBytes(platform.uuid).toString("hex").toUpperCase(),
    }),
    fixed("CIM_Chassis", {
      ChassisPackageType: 35,
      CreationClassName: "CIM_Chassis",
      ElementName: "Managed System Chassis",
      Manufacturer: "LENOVO",
      Model: "10RRS0HU00",
      OperationalStatus: 0,
      PackageType: 3,
      SerialNumber: platform.serial,
      Tag: "CIM_Chassis",
      Version: "ThinkCentre M920q",
    }),
    fixed("CIM_Card", {
      CanBeFRUed: true,
      CreationClassName: "CIM_Card",
      ElementName: "Managed System Base Board",
      Manufacturer: "LENOVO",
      Model: "312D",
      OperationalStatus: 0,
      PackageType: 9,
      SerialNumber: `L1HF${platform.serial.slice(2)}`,
      Tag: "CIM_Card",
      Version: "SDK0J40697 WIN",
    }),
    fixed("CIM_BIOSElement", {
      ElementName: "Primary BIOS",
      Manufacturer: "LENOVO",
      Name: "Primary BIOS",
      OperationalStatus: 0,
      PrimaryBIOS: true,
      ReleaseDate: { datetime: "2022-03-31T00:00:00Z" },
      SoftwareElementID: "M1UKT72A",
      SoftwareElementState: 2,
      TargetOperatingSystem: 66,
      Version: "M1UKT72A",
    }),
    fixed("CIM_Chip", {
      CanBeFRUed: true,
      CreationClassName: "CIM_Chip",
      ElementName: "Managed System Processor Chip",
      Manufacturer: "Intel(R) Corporation",
      OperationalStatus: 0,
      Tag: "CPU 0",
      Version: "Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz",
    }),
    fixed("CIM_Processor", {
      CPUStatus: 1,
      CreationClassName: "CIM_Processor",
      CurrentClockSpeed: 2100,
      DeviceID: "CPU 0",
      ElementName: "Managed System CPU",
      EnabledState: 2,
      ExternalBusClockSpeed: 100,
      Family: 205,
      HealthState: 0,
      MaxClockSpeed: 3500,
      OperationalStatus: 0,
      OtherFamilyDescription: "",
      RequestedState: 12,
      Role: "Central",
      Stepping: 10,
      ...OWNER,
      UpgradeMethod: 54,
    }),
    fixed("CIM_PhysicalMemory", memory(platform, 0), memory(platform, 1)),
    fixed("CIM_MediaAccessDevice", {
      Capabilities: 4,
      CreationClassName: "CIM_MediaAccessDevice",
      DeviceID: "MEDIA DEV 0",
      ElementName: "Managed System Media Access Device",
      EnabledDefault: 2,
      EnabledState: 0,
      // Kilobytes (1000 bytes): 256 GB.
      MaxMediaSize: 256_060_514,
      OperationalStatus: 0,
      RequestedState: 12,
      Security: 2,
      ...OWNER,
    }),
    fixed(
      "CIM_SoftwareIdentity",
      ...["Flash", "Netstack", "AMTApps", "AMT"].map((name) => software(name, AMT_VERSION)),
      software("Sku", "16392"),
      software("VendorID", "8086"),
      software("Build Number", AMT_BUILD),
      software("Recovery Version", AMT_VERSION),
      software("Recovery Build Num", AMT_BUILD),
      software("Legacy Mode", "False"),
      software("AMT FW Core Version", AMT_VERSION),
    ),
  ];
}

function memory(platform: Platform, slot: number): CimInstance {
  return {
    BankLabel: `BANK ${slot * 2}`,
    Capacity: 8 * GIB,
    ConfiguredMemoryClockSpeed: 2667,
    CreationClassName: "CIM_PhysicalMemory",
    ElementName: "Managed System Memory Chip",
    FormFactor: 13,
    IsSpeedInMhz: true,
    Manufacturer: "Samsung",
    MaxMemorySpeed: 2667,
    MemoryType: 26,
    PartNumber: "M471A1K43CB1-CTD",
    SerialNumber: `${platform.serial.slice(2)}0${slot}`,
    Speed: 0,
    Tag: slot === 0 ? "9876543210" : `9876543210 (#${slot})`,
  };
}
