import { z } from "zod";
import { refusal } from "../refusal.ts";

const wrong = refusal("is not a port", "use a whole number between 1 and 65535");

/** A TCP port. */
export const port = z.int(wrong).min(1, wrong).max(65535, wrong);
