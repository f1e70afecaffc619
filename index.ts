/** The lab of one stack: read its configuration, make it, say what came of it. */
import { loadLabConfig } from "./components/config/index.ts";
import { checkCluster } from "./components/gate/check-cluster.ts";
import { Lab } from "./components/lab.ts";
import { loadManifests } from "./components/manifests/load-manifests.ts";

const config = loadLabConfig();
// One after the other: parsing the manifests holds the event loop for a second or more, and the check has a time-out.
await checkCluster(config);
const manifests = await loadManifests(config);
const lab = new Lab("lab", { config, manifests });

/** Service root of the Redfish emulator, and a login that may do everything. */
export const redfishUrl = lab.redfish.url;
export const redfishUsername = lab.redfish.username;
export const redfishPassword = lab.redfish.password;
/** What to trust: the authority behind the emulator's and Ironic's certificates. */
export const certificateAuthority = lab.certificateAuthority;
/** BMC address by host; API endpoint and kubeconfig (secret) by cluster. */
export const hosts = lab.hosts;
export const clusters = lab.clusters;
export const kubeconfigs = lab.kubeconfigs;
/** What to do next, and what could not be had. */
export const nextSteps = lab.notes.nextSteps;
export const problems = lab.notes.problems;
