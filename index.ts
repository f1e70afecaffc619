/** The lab of one stack: read its configuration, make it, say what came of it. */
import { loadLabConfig } from "./components/config/index.ts";
import { checkCluster } from "./components/gate/check-cluster.ts";
import { Lab } from "./components/lab.ts";
import { loadManifests } from "./components/manifests/load-manifests.ts";
import { announceImages } from "./components/node-image/announce-images.ts";
import { plannedImages } from "./components/node-image/planned-images.ts";
import { checkBeforeUp } from "./components/preflight/check-before-up.ts";

const config = loadLabConfig();
const images = plannedImages(config);
await announceImages(images);
// One after the other: parsing the manifests holds the event loop for a second or more, and the checks have time-outs.
await checkCluster(config);
await checkBeforeUp(config);
const manifests = await loadManifests(config);
const lab = new Lab("lab", { config, manifests, images });

/** Service root of the Redfish emulator, its web page for people, and a login for both that may do everything. */
export const redfishUrl = lab.redfish.url;
export const consoleUrl = lab.redfish.consoleUrl;
export const redfishUsername = lab.redfish.username;
export const redfishPassword = lab.redfish.password;
/** What to trust: the authority behind the emulator's and Ironic's certificates. */
export const certificateAuthority = lab.certificateAuthority;
/** BMC address by host; API endpoint and kubeconfig (secret) by cluster. */
export const hosts = lab.hosts;
export const clusters = lab.clusters;
export const kubeconfigs = lab.kubeconfigs;
/** The node image of the lab's Kubernetes version and its sha256, or where that is; every image's URL by name. */
export const nodeImageUrl = lab.nodeImage?.url;
export const nodeImageSha256 = lab.nodeImage?.sha256;
export const nodeImages = lab.nodeImages;
/** What to do next, and what could not be had. */
export const nextSteps = lab.notes.nextSteps;
export const problems = lab.notes.problems;
