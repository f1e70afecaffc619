/** What controllers or operators write on a BareMetalHost. */
export const writtenByOthers: readonly string[] = [
  "spec.online",
  "spec.image",
  "spec.userData",
  "spec.metaData",
  "spec.networkData",
  "spec.customDeploy",
  "spec.consumerRef",
];
