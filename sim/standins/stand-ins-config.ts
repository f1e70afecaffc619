import type { KnownImage } from "./pod-runner.ts";

/** What the stand-ins' process is told, as a JSON file. */
export interface StandInsConfig {
  readonly projectDir: string;
  readonly stateDir: string;
  readonly kubeconfig: string;
  /** Where PersistentVolumes are kept. */
  readonly volumesDir: string;
  /** Where the Secrets of running pods are kept. */
  readonly podsDir: string;
  /** The loopback address that stands for the emulator's pod. */
  readonly podAddress: string;
  readonly images: readonly KnownImage[];
  /** The real Ironic: its state folder and the `bin` folder of its Python environment. Absent: none is run. */
  readonly ironic?: { readonly folder: string; readonly python: string };
}
