import type { CimClass } from "./cim-class.ts";
import { type Platform, smbiosBytes } from "./platform.ts";

export interface SettingsRules {
  readonly consentRequired: boolean;
}

/**
 * How the engine itself is set up: general settings, provisioning, user consent, network ports (Intel AMT SDK, WS-
 * Management class reference).
 */
export function settingsClasses(platform: Platform, rules: () => SettingsRules): CimClass[] {
  const service = (className: string, name: string) => ({
    CreationClassName: className,
    ElementName: name,
    Name: name,
    SystemCreationClassName: "CIM_ComputerSystem",
    SystemName: "Intel(r) AMT",
  });
  return [
    {
      name: "AMT_GeneralSettings",
      instances: () => [
        {
          AMTNetworkEnabled: 1,
          DDNSPeriodicUpdateInterval: 1440,
          DDNSTTL: 900,
          DDNSUpdateByDHCPServerEnabled: true,
          DDNSUpdateEnabled: false,
          DHCPv6ConfigurationTimeout: 0,
          DigestRealm: platform.realm,
          DomainName: "",
          ElementName: "Intel(r) AMT: General Settings",
          HostName: platform.name,
          HostOSFQDN: platform.name,
          IdleWakeTimeout: 1,
          InstanceID: "Intel(r) AMT: General Settings",
          NetworkInterfaceEnabled: true,
          PingResponseEnabled: true,
          PowerSource: 0,
          PreferredAddressFamily: 0,
          PresenceNotificationInterval: 0,
          PrivacyLevel: 0,
          RmcpPingResponseEnabled: true,
          SharedFQDN: true,
          WsmanOnlyMode: false,
        },
      ],
    },
    {
      name: "AMT_SetupAndConfigurationService",
      instances: () => [
        {
          ...service("AMT_SetupAndConfigurationService", "Intel(r) AMT Setup and Configuration Service"),
          EnabledState: 5,
          PasswordModel: 1,
          // 1 Admin Control Mode, 4 Client Control Mode.
          ProvisioningMode: rules().consentRequired ? 4 : 1,
          ProvisioningState: 2,
          RequestedState: 12,
          ZeroTouchConfigurationEnabled: true,
        },
      ],
      methods: {
        GetUuid: () => ({ UUID: smbiosBytes(platform.uuid).toString("base64"), ReturnValue: 0 }),
      },
    },
    {
      name: "IPS_OptInService",
      instances: () => [
        {
          ...service("IPS_OptInService", "Intel(r) AMT OptIn Service"),
          CanModifyOptInPolicy: rules().consentRequired ? 0 : 1,
          OptInCodeTimeout: 120,
          OptInDisplayTimeout: 300,
          OptInRequired: rules().consentRequired ? 4_294_967_295 : 0,
          OptInState: 0,
        },
      ],
    },
    {
      name: "AMT_EthernetPortSettings",
      instances: () => [
        {
          DHCPEnabled: true,
          DefaultGateway: "0.0.0.0",
          ElementName: "Intel(r) AMT Ethernet Port Settings",
          IPAddress: platform.host,
          InstanceID: "Intel(r) AMT Ethernet Port Settings 0",
          IpSyncEnabled: true,
          LinkIsUp: true,
          LinkPolicy: [1, 14],
          MACAddress: platform.mac,
          PhysicalConnectionType: 0,
          SharedDynamicIP: true,
          SharedMAC: true,
          SharedStaticIp: false,
          SubnetMask: "255.255.255.0",
        },
        {
          DHCPEnabled: true,
          ElementName: "Intel(r) AMT Ethernet Port Settings",
          InstanceID: "Intel(r) AMT Ethernet Port Settings 1",
          LinkControl: 2,
          LinkIsUp: false,
          LinkPreference: 2,
          MACAddress: "00-00-00-00-00-00",
          PhysicalConnectionType: 3,
          SharedMAC: true,
          WLANLinkProtectionLevel: 1,
        },
      ],
    },
  ];
}
