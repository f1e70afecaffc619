import { z } from "zod";
import { refusal } from "../refusal.ts";

const pairs = /^[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}$/;
const bare = /^[0-9A-Fa-f]{12}$/;

/** A MAC address in any of the usual spellings; kept as lower case with colons, as a BareMetalHost wants it. */
export const macAddress = z
  .string()
  .regex(
    new RegExp(`${pairs.source}|${bare.source}`),
    refusal("is not a MAC address", "write six pairs of hexadecimal digits, such as 88:ae:dd:70:37:ea"),
  )
  .overwrite((text) => (text.replace(/[:-]/g, "").toLowerCase().match(/../g) ?? []).join(":"));
