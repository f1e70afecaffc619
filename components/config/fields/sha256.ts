import { z } from "zod";
import { refusal } from "../refusal.ts";

/** 64 hexadecimal digits, or "" for one that was never obtained (`npm run versions -- pin` fills those of releases). */
export const sha256 = z
  .string()
  .regex(
    /^([0-9a-fA-F]{64})?$/,
    refusal("is not a sha256", "give the 64 hexadecimal digits that sha256sum prints, nothing else"),
  )
  .overwrite((text) => text.toLowerCase());
