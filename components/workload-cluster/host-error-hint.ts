interface Hint {
  readonly when: RegExp;
  readonly hint: string;
}

/** By what Ironic and sushy write; the first that fits is told. */
const hints: readonly Hint[] = [
  {
    when: /certificate verify failed|CERTIFICATE_VERIFY_FAILED/i,
    hint: "Ironic does not trust the emulator's certificate: compare ConfigMap edge-lab-ca in baremetal-operator-system with the emulator's",
  },
  {
    when: /\b401\b|AccessError|Unauthorized|authentication/i,
    hint: "the emulator refuses the login in the host's BMC Secret: run pulumi up, and restart the emulator if it does not take the new one",
  },
  {
    when: /checksum|hash mismatch/i,
    hint: "the node image is not the one that its checksum was made of: check edge-lab:nodeImage.images and what the image server holds",
  },
  {
    when: /no suitable device|root device hints|No disks? found/i,
    hint: "no disk fits the host's rootDeviceHints: compare them with status.hardware.storage",
  },
  {
    when: /timeout reached while (inspecting|waiting for callback)|inspection.*time/i,
    hint: "the machine did not start the deploy agent: does its firmware boot from the network first, and is it on the provisioning network?",
  },
  {
    when: /power|ConnectTimeout|CouldNotEstablishConnection|Connection(Error| refused)|unreachable/i,
    hint: "the device behind the host does not do what it is told: its System in the Redfish emulator says why (Status.Conditions)",
  },
];

/**
 * What to do about the error of a BareMetalHost; undefined for one that nobody has met yet.
 * @param message `status.errorMessage`, as Ironic wrote it.
 */
export function hostErrorHint(message: string): string | undefined {
  return hints.find(({ when }) => when.test(message))?.hint;
}
