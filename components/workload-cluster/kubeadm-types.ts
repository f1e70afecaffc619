/** The part of bootstrap.cluster.x-k8s.io/v1beta2 KubeadmConfigSpec that this program writes. */

export interface KubeadmArgument {
  readonly name: string;
  readonly value: string;
}

export interface KubeadmFile {
  readonly path: string;
  readonly content: string;
  readonly owner?: string;
  /** Octal, e.g. "0600". */
  readonly permissions?: string;
}

export interface KubeadmTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface NodeRegistration {
  readonly name: string;
  readonly kubeletExtraArgs: readonly KubeadmArgument[];
  /** An empty list means no taint at all; absent means kubeadm's default (control planes are tainted). */
  readonly taints?: readonly KubeadmTaint[];
}

export interface ComponentSettings {
  readonly extraArgs?: readonly KubeadmArgument[];
  readonly certSANs?: readonly string[];
}

export interface KubeadmUser {
  readonly name: string;
  readonly sshAuthorizedKeys?: readonly string[];
  readonly sudo?: string;
  readonly groups?: string;
  readonly shell?: string;
  readonly lockPassword?: boolean;
}

export interface DiskSetup {
  readonly partitions: readonly {
    readonly device: string;
    readonly layout: boolean;
    readonly overwrite: boolean;
    readonly tableType: string;
  }[];
  readonly filesystems: readonly {
    readonly device: string;
    readonly filesystem: string;
    readonly label: string;
    readonly partition: string;
    readonly overwrite: boolean;
  }[];
}

export interface KubeadmConfigSpec {
  readonly clusterConfiguration?: {
    readonly apiServer?: ComponentSettings;
    readonly controllerManager?: ComponentSettings;
    readonly scheduler?: ComponentSettings;
    readonly featureGates?: Readonly<Record<string, boolean>>;
  };
  readonly initConfiguration?: {
    readonly nodeRegistration: NodeRegistration;
    readonly skipPhases?: readonly string[];
  };
  readonly joinConfiguration: {
    readonly nodeRegistration: NodeRegistration;
  };
  readonly files?: readonly KubeadmFile[];
  readonly diskSetup?: DiskSetup;
  readonly mounts?: readonly (readonly string[])[];
  readonly preKubeadmCommands?: readonly string[];
  readonly postKubeadmCommands?: readonly string[];
  readonly users?: readonly KubeadmUser[];
  readonly ntp?: { readonly enabled: boolean; readonly servers: readonly string[] };
}
