/** A single-node cluster with a real kubelet, as tests see it: a node of our own, or this machine's k3s. */
export interface InfraNode {
  /** File, for an administrator. */
  readonly kubeconfig: string;
  /** Where ports of the node are reached from this machine. */
  readonly address: string;
  /** Where pods reach this machine. */
  readonly machineAddress: string;
  /** `ctr` with what leads it to the node's images: words of a command line. */
  readonly ctr: readonly string[];
  /** Safe to call again. */
  up(): Promise<void>;
  /** All its processes end, its pods among them, and come again. @returns when its API server answers again. */
  restart(): Promise<void>;
  /** Ends it, where it is ours. */
  down(): Promise<void>;
  /** Plain `kubectl` as administrator. @throws Error with its own words. */
  kubectl(...args: string[]): Promise<string>;
  /** With something on its standard input. */
  kubectlInput(input: string, ...args: string[]): Promise<string>;
}
