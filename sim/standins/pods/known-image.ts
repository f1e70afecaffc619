/** An image that can be run here: its name, and the program that is its entry point. */
export interface KnownImage {
  /** Without tag and digest. */
  readonly repository: string;
  readonly command: string;
  /** Given before the container's own arguments, as they are. */
  readonly args: readonly string[];
  /** The image's own arguments in the words of its inside (paths, "0.0.0.0"), for a container that gives none. */
  readonly defaultArgs?: readonly string[];
  /** Of the program: another one means another process. */
  readonly revision: string;
  /** The loopback address that its pod has, in place of one from the pods' network. */
  readonly address?: string;
  /** For programs that expect to run inside a cluster. */
  readonly controller?: ControllerFlags;
}

/** How a Go controller (controller-runtime) is told what a container would give it. */
export interface ControllerFlags {
  /** Flags of listening addresses with their defaults; each is given with the pod's own address. */
  readonly listen: Readonly<Record<string, string>>;
  /** Flag of a port that is opened on every address, whatever is asked, with its default. */
  readonly webhookPort: readonly [flag: string, port: number];
  /** Flag of the folder with the webhook's certificate, where there is one; it lies below $TMPDIR otherwise. */
  readonly certificates?: readonly [flag: string, folder: string];
  /** Flag of leader election, which needs the pod's namespace in a file at a fixed path. */
  readonly leaderElection?: string;
  /** Whether it asks Ironic: without a cluster's name service it is told the address. */
  readonly asksIronic?: boolean;
}
