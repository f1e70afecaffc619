import { type BootChoice, FIRMWARE_ORDER } from "../machine.ts";
import type { BootRecord } from "../simulated-device.ts";
import { BootSettings } from "./boot-settings.ts";
import type { CimClass } from "./cim-class.ts";
import type { InstanceReference, MethodInput } from "./method-input.ts";
import { classUri } from "./namespaces.ts";
import { WsmanFault } from "./wsman-fault.ts";

const CONFIGURATION = "Intel(r) AMT: Boot Configuration 0";
const NEXT_SINGLE_USE = 1;
const NOT_NEXT = 32768;

/** DMTF's ReturnValue of a method. */
const DONE = 0;
const NOT_SUPPORTED = 1;
const INVALID_PARAMETER = 5;

interface Source {
  readonly instanceId: string;
  readonly bootString: string;
  readonly source: NonNullable<BootRecord["source"]>;
}

const SOURCES: readonly Source[] = [
  { instanceId: "Intel(r) AMT: Force Hard-drive Boot", bootString: "CIM:Hard-Disk:1", source: "disk" },
  { instanceId: "Intel(r) AMT: Force PXE Boot", bootString: "CIM:Network:1", source: "pxe" },
  { instanceId: "Intel(r) AMT: Force CD/DVD Boot", bootString: "CIM:CD/DVD:1", source: "cd" },
];

export interface BootRules {
  readonly consentRequired: boolean;
  readonly sourceSticks: boolean;
}

/**
 * The one-time boot of the engine: source, role and settings, set in whatever order, judged when the firmware starts
 * and spent by that (Intel AMT SDK, CIM_BootConfigSetting and CIM_BootService).
 */
export class BootConfiguration {
  readonly #rules: () => BootRules;
  readonly #settings = new BootSettings();
  #source: Source | undefined;
  #role = NOT_NEXT;

  constructor(rules: () => BootRules) {
    this.#rules = rules;
  }

  /** What the firmware boots that starts now by a command of the engine; the configuration is spent by asking. */
  spend(): BootChoice {
    const armed = this.#role === NEXT_SINGLE_USE;
    const choice: BootChoice = armed
      ? {
          source: this.#source?.source ?? null,
          settings: this.#settings.changed,
          conflict: this.#source !== undefined && this.#settings.excludeSource,
        }
      : FIRMWARE_ORDER;
    this.#role = NOT_NEXT;
    this.#settings.clear();
    if (!this.#rules().sourceSticks) this.#source = undefined;
    return choice;
  }

  classes(): CimClass[] {
    return [
      {
        name: "CIM_BootConfigSetting",
        instances: () => [{ ElementName: "Intel(r) AMT: Boot Configuration", InstanceID: CONFIGURATION }],
        methods: { ChangeBootOrder: (input) => this.#changeBootOrder(input) },
      },
      {
        name: "CIM_BootService",
        instances: () => [
          {
            CreationClassName: "CIM_BootService",
            ElementName: "Intel(r) AMT Boot Service",
            EnabledState: 5,
            Name: "Intel(r) AMT Boot Service",
            OperationalStatus: 0,
            RequestedState: 12,
            SystemCreationClassName: "CIM_ComputerSystem",
            SystemName: "Intel(r) AMT",
          },
        ],
        methods: { SetBootConfigRole: (input) => this.#setBootConfigRole(input) },
      },
      {
        name: "CIM_BootSourceSetting",
        instances: () =>
          SOURCES.map(({ instanceId, bootString }) => ({
            ElementName: "Intel(r) AMT: Boot Source",
            FailThroughSupported: 2,
            InstanceID: instanceId,
            StructuredBootString: bootString,
          })),
      },
      {
        name: "CIM_ElementSettingData",
        instances: () => [
          {
            IsCurrent: 2,
            IsDefault: 2,
            // 3: next, for a single use; 2: not next.
            IsNext: this.#role === NEXT_SINGLE_USE ? 3 : 2,
            ManagedElement: {
              to: "CIM_ComputerSystem",
              selectors: { CreationClassName: "CIM_ComputerSystem", Name: "ManagedSystem" },
            },
            SettingData: { to: "CIM_BootConfigSetting", selectors: { InstanceID: CONFIGURATION } },
          },
        ],
      },
      {
        name: "AMT_BootSettingData",
        instances: () => [this.#settings.instance()],
        put: (content) => {
          this.#askConsent();
          this.#settings.put(content);
        },
      },
      { name: "AMT_BootCapabilities", instances: () => [CAPABILITIES] },
    ];
  }

  #changeBootOrder(input: MethodInput): { ReturnValue: number } {
    this.#askConsent();
    const reference = input.reference("Source");
    if (reference === undefined) {
      this.#source = undefined;
      return { ReturnValue: DONE };
    }
    const source = SOURCES.find(({ instanceId }) => refersTo(reference, "CIM_BootSourceSetting", instanceId));
    if (source === undefined || this.#settings.excludeSource) return { ReturnValue: INVALID_PARAMETER };
    this.#source = source;
    return { ReturnValue: DONE };
  }

  #setBootConfigRole(input: MethodInput): { ReturnValue: number } {
    this.#askConsent();
    const reference = input.reference("BootConfigSetting");
    const role = input.number("Role");
    // A well-known old mistake is to pass the boot source here.
    if (reference === undefined || !refersTo(reference, "CIM_BootConfigSetting", CONFIGURATION)) {
      return { ReturnValue: INVALID_PARAMETER };
    }
    if (role !== NEXT_SINGLE_USE && role !== NOT_NEXT) return { ReturnValue: NOT_SUPPORTED };
    this.#role = role;
    return { ReturnValue: DONE };
  }

  /** @throws WsmanFault with AMT's status "user consent required" in Client Control Mode. */
  #askConsent(): void {
    if (this.#rules().consentRequired) throw WsmanFault.accessDenied(2081);
  }
}

function refersTo(reference: InstanceReference, className: string, instanceId: string): boolean {
  return (
    reference.resourceUri === classUri(className) && reference.selectors.get("InstanceID") === instanceId
  );
}

const CAPABILITIES = {
  BIOSPause: false,
  BIOSReflash: false,
  BIOSSecureBoot: true,
  BIOSSetup: true,
  ConfigurationDataReset: false,
  ElementName: "Intel(r) AMT: Boot Capabilities",
  ForceCDorDVDBoot: true,
  ForceDiagnosticBoot: false,
  ForceHardDriveBoot: true,
  ForceHardDriveSafeModeBoot: false,
  ForcePXEBoot: true,
  ForcedProgressEvents: true,
  IDER: true,
  InstanceID: "Intel(r) AMT:BootCapabilities 0",
  KeyboardLock: true,
  PowerButtonLock: false,
  ResetButtonLock: false,
  SOL: true,
  SecureErase: false,
  SleepButtonLock: false,
  UserPasswordBypass: true,
  VerbosityQuiet: false,
  VerbosityScreenBlank: false,
  VerbosityVerbose: false,
} as const;
