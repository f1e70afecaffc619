import { bootMac, type Cleaning, type HostConfig, hostLabels, hostNamespace } from "../config/index.ts";
import { deletionPropagation } from "../kubernetes/deletion-propagation.ts";
import type { PlainObject } from "../kubernetes/object.ts";

/**
 * A host's BareMetalHost (metal3.io/v1alpha1) with the fields that belong to the user, and no other. Pure.
 *
 * CAPM3 writes image, userData, metaData, networkData, customDeploy and consumerRef when it takes the host: declared here,
 * they would be taken back and the host deprovisioned. automatedCleaningMode comes from the machine template once a cluster
 * takes the host; it is declared only where data disks must not be cleaned before, either. `online` is required, so it is sent at creation, and never again (see HostInventory). There is no disableCertificateVerification:
 * Ironic knows the lab's certificate authority.
 */
export function bareMetalHost(
  host: HostConfig,
  bmcAddress: string,
  credentialsName: string,
  cleaning: Cleaning,
): PlainObject {
  return {
    apiVersion: "metal3.io/v1alpha1",
    kind: "BareMetalHost",
    metadata: {
      name: host.name,
      namespace: hostNamespace,
      labels: hostLabels(host),
      // Foreground deletion would take the host's dependants away before baremetal-operator has powered it off.
      annotations: deletionPropagation("background"),
    },
    spec: {
      online: true,
      architecture: "x86_64",
      bmc: { address: bmcAddress, credentialsName },
      bootMACAddress: bootMac(host),
      bootMode: host.bootMode,
      ...(cleaning === "disabled" ? { automatedCleaningMode: cleaning } : {}),
      ...(host.rootDeviceHints === undefined ? {} : { rootDeviceHints: host.rootDeviceHints }),
    },
  };
}
