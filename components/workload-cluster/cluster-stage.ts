/**
 * What is waited for. provisioned: the first machine's image is written. initialised: the first API server answers.
 * settled: topology reconciled, no rollout, available, every machine up to date and a node of its version.
 */
export const clusterStages = ["provisioned", "initialised", "settled"] as const;
export type ClusterStage = (typeof clusterStages)[number];
