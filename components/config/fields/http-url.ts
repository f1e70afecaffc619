import { z } from "zod";
import { refusal } from "../refusal.ts";

/** An absolute http(s) URL. 512 characters is what CAPM3 accepts for an image. */
export const httpUrl = z
  .string()
  .max(512, refusal("is longer than 512 characters", "shorten it; Metal3 refuses longer ones"))
  .regex(/^https?:\/\/[^\s/]+/, refusal("is not an http(s) URL", "write it in full: http://HOST[:PORT]/PATH"))
  .refine((text) => URL.canParse(text), refusal("is not a URL", "check it in a browser or with curl -I"))
  .refine(
    (text) => !URL.canParse(text) || (new URL(text).username === "" && new URL(text).password === ""),
    refusal("holds a user name or password", "leave them out; this file is not secret"),
  );
