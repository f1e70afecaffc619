import { z } from "zod";
import { refusal } from "../refusal.ts";

/** A full Kubernetes version, as Cluster API and kubeadm want it: v1.34.3. */
export const kubernetesVersion = z
  .string()
  .regex(
    /^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/,
    refusal("is not a full Kubernetes version", "write vMAJOR.MINOR.PATCH, such as v1.34.3"),
  );
