import ipaddr from "ipaddr.js";
import { z } from "zod";
import { refusal } from "../refusal.ts";

/** An IPv4 or IPv6 address. Four-part decimal only for IPv4: 010.1.1.1 and 10.1 mean other things elsewhere. */
export const ipAddress = z
  .string()
  .refine(
    (text) => ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text),
    refusal(
      "is not an IP address",
      "write an address such as 192.168.1.10, not a name, without a mask or port",
    ),
  );
