import { z } from "zod";
import { refusal } from "../refusal.ts";

/** An amount of storage in Kubernetes' notation. */
export const quantity = z
  .string()
  .regex(
    /^[1-9]\d*(\.\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)$/,
    refusal("is not a size", "write a number and a unit, such as 40Gi"),
  );
