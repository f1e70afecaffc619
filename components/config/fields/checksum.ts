import { z } from "zod";
import { refusal } from "../refusal.ts";

/** The sha256 of an image: its digits, or the URL of a SHA256SUMS file in which Ironic finds the image's file name. */
export const checksum = z
  .string()
  .max(512, refusal("is longer than 512 characters", "shorten the URL; Metal3 refuses longer ones"))
  .regex(
    /^([0-9a-fA-F]{64}|https?:\/\/[^\s/@]+(\/\S*)?)$/,
    refusal(
      "is neither a sha256 nor the URL of a checksum file",
      "give the 64 hexadecimal digits that sha256sum prints, or http://HOST/PATH/SHA256SUMS",
    ),
  );
