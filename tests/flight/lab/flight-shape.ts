/** The lab that a story needs. */
export interface FlightShape {
  /** Short; also the name of its sim: state folder, stack and stack file are called flight-NAME. */
  readonly name: string;
  readonly controlPlanes: number;
  readonly workers: number;
  /** Hosts that are declared and that no cluster uses. */
  readonly spareControlPlanes: number;
  readonly spareWorkers: number;
  /** Unhealthy nodes are noticed after seconds instead of ten minutes. */
  readonly quickHealthChecks: boolean;
  /** The second byte of the lab's own networks, 127.N.0.0/24 and 172.N.0.0/24: no two sims may share it. */
  readonly network: number;
  /** First of the control plane's six ports. */
  readonly firstPort: number;
}

/** Hosts that are declared in Pulumi.sim-spare.yaml, from which labs are made. */
const MOST = { controlPlanes: 4, workers: 5 };

/**
 * A lab like the one of `npm start` and without a spare host, for a life from first start to destruction.
 * @throws Error when there are not that many hosts.
 */
export function rackShape(controlPlanes: number, workers: number): FlightShape {
  if (controlPlanes > MOST.controlPlanes || workers > MOST.workers) {
    throw new Error(
      `${controlPlanes}+${workers}: there are ${MOST.controlPlanes} control-plane hosts and ${MOST.workers} workers at most`,
    );
  }
  return {
    name: "rack",
    controlPlanes,
    workers,
    spareControlPlanes: 0,
    spareWorkers: 0,
    quickHealthChecks: false,
    network: 23,
    firstPort: 26_500,
  };
}

/**
 * The smallest lab with spare hosts, for what goes wrong and what is added: one worker to replace the other, one control
 * plane for the time of an upgrade, one for a second cluster.
 */
export const smallShape: FlightShape = {
  name: "small",
  controlPlanes: 1,
  workers: 1,
  spareControlPlanes: 2,
  spareWorkers: 1,
  quickHealthChecks: true,
  network: 24,
  firstPort: 26_520,
};

/** The same, apart from the first one, so that two chains of stories can be flown beside each other. */
export const secondSmallShape: FlightShape = {
  ...smallShape,
  name: "small-2",
  network: 25,
  firstPort: 26_560,
};

/** The same for faults that are planted one by one: health checks are slow, so that they leave alone what is broken on purpose. */
export const whyShape: FlightShape = {
  ...smallShape,
  name: "why",
  quickHealthChecks: false,
  network: 28,
  firstPort: 26_600,
};
