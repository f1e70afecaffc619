import type { FlightShape } from "../../tests/flight/lab/flight-shape.ts";

/** The lab of a case. */
export interface BenchLab {
  readonly controlPlaneHosts: number;
  readonly workerHosts: number;
  /**
   * "all": its one cluster is made of all hosts; "six": the cluster is declared as in `npm start`, for three and three of
   * them; "none": no cluster is declared.
   */
  readonly cluster: "all" | "six" | "none";
  /** full: controllers run and the cluster is waited for; provisioned: machines stop at a written image; none: definitions alone. */
  readonly await: "full" | "provisioned" | "none";
}

/** Where the labs of all cases are, one after the other: apart from those of `npm start`, tests and flights. */
export const benchShape: FlightShape = {
  name: "bench",
  controlPlanes: 3,
  workers: 3,
  spareControlPlanes: 0,
  spareWorkers: 0,
  quickHealthChecks: false,
  network: 26,
  firstPort: 26_540,
};
