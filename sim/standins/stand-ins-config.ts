import type { NodeImageFile } from "./node-image-files.ts";
import type { KnownImage } from "./pods/known-image.ts";

/** What the stand-ins' process is told, as a JSON file. */
export interface StandInsConfig {
  readonly projectDir: string;
  readonly stateDir: string;
  readonly kubeconfig: string;
  /** Where PersistentVolumes are kept. */
  readonly volumesDir: string;
  /** Where records and Secrets of running pods are kept. */
  readonly podsDir: string;
  /** First three bytes of the loopback network of pods. */
  readonly podNetwork: string;
  readonly images: readonly KnownImage[];
  readonly nodeImages: readonly NodeImageFile[];
  /** The real Ironic: its state folder and the `bin` folder of its Python environment. Absent: none is run. */
  readonly ironic?: { readonly folder: string; readonly python: string };
}
