import { addOnOrder } from "./add-on-order.ts";
import { addOnSources } from "./add-on-sources.ts";
import { amtPassword } from "./amt-password.ts";
import { buildSettings } from "./build-settings.ts";
import type { Check } from "./check.ts";
import { clusterImages } from "./cluster-images.ts";
import { controlPlaneSize } from "./control-plane-size.ts";
import { credentialNames } from "./credential-names.ts";
import { dhcpRange } from "./dhcp-range.ts";
import { emulatorBuild } from "./emulator-build.ts";
import { enoughHosts } from "./enough-hosts.ts";
import { gitLogins } from "./git-login.ts";
import { hostCredentials } from "./host-credentials.ts";
import { hostDisks } from "./host-disks.ts";
import { hostLabelNames } from "./host-label-names.ts";
import { hostName } from "./host-name.ts";
import { hostPorts } from "./host-ports.ts";
import { imageVersion } from "./image-version.ts";
import { insideNetwork } from "./inside-network.ts";
import { knownDriver } from "./known-driver.ts";
import { networksApart } from "./networks-apart.ts";
import { nodeFilesApart } from "./node-files-apart.ts";
import { ociImages } from "./oci-images.ts";
import { oidcOnce } from "./oidc-once.ts";
import { outsideDhcpRange } from "./outside-dhcp-range.ts";
import { programsInImage } from "./programs-in-image.ts";
import { reachableEmulator } from "./reachable-emulator.ts";
import { reachableImages } from "./reachable-images.ts";
import { rollingUpgrade } from "./rolling-upgrade.ts";
import { sameDisksInRole } from "./same-disks-in-role.ts";
import { supportedVersion } from "./supported-version.ts";
import { uniqueAddresses } from "./unique-addresses.ts";
import { uniqueMacs } from "./unique-macs.ts";
import { uniqueNames } from "./unique-names.ts";
import { usedImages } from "./used-images.ts";
import { versionNames } from "./version-names.ts";

/** Every rule beyond the shape of single fields, in the order in which their problems are shown. */
export const checks: readonly Check[] = [
  uniqueNames,
  uniqueMacs,
  uniqueAddresses,
  hostName,
  knownDriver,
  programsInImage,
  hostDisks,
  sameDisksInRole,
  hostLabelNames,
  dhcpRange,
  insideNetwork,
  outsideDhcpRange,
  networksApart,
  controlPlaneSize,
  rollingUpgrade,
  enoughHosts,
  supportedVersion,
  nodeFilesApart,
  oidcOnce,
  imageVersion,
  ociImages,
  buildSettings,
  usedImages,
  clusterImages,
  reachableImages,
  reachableEmulator,
  emulatorBuild,
  hostPorts,
  addOnSources,
  addOnOrder,
  versionNames,
  credentialNames,
  amtPassword,
  hostCredentials,
  gitLogins,
];
