/** ironic.metal3.io/v1alpha1 Ironic, the fields that are looked at here. */
export interface IronicSpec {
  readonly version?: string;
  readonly apiCredentialsName?: string;
  readonly networking?: {
    readonly ipAddress?: string;
    readonly apiPort?: number;
    readonly imageServerPort?: number;
  };
  readonly extraConfig?: readonly {
    readonly group?: string;
    readonly name: string;
    readonly value: string;
  }[];
  readonly tls?: {
    readonly certificateName?: string;
    readonly bmcCA?: Reference;
    readonly bmcCAName?: string;
    readonly trustedCA?: Reference;
    readonly trustedCAName?: string;
  };
}

/** An object in the Ironic resource's own namespace. */
export interface Reference {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
}

/** The Secrets and ConfigMaps that an Ironic resource names. */
export function referencesOf(spec: IronicSpec): Reference[] {
  const secret = (name: string | undefined): Reference[] => (name ? [{ kind: "Secret", name }] : []);
  const tls = spec.tls ?? {};
  return [
    ...secret(spec.apiCredentialsName),
    ...secret(tls.certificateName),
    ...secret(tls.bmcCAName),
    ...secret(tls.trustedCAName),
    ...(tls.bmcCA ? [tls.bmcCA] : []),
    ...(tls.trustedCA ? [tls.trustedCA] : []),
  ];
}
