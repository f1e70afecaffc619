import ipaddr from "ipaddr.js";
import { z } from "zod";
import { refusal } from "../refusal.ts";

const hint = "write HOST or HOST:PORT without a scheme or path, such as 192.168.1.21 or 192.168.1.21:16992";

/** No host name's last part is a number (RFC 1123, 2.1), so what looks like an IPv4 address has to be one. */
function isNameOrAddress(text: string): boolean {
  if (text.startsWith("[")) return true;
  const host = text.replace(/:\d+$/, "");
  return !/(^|\.)\d+$/.test(host) || ipaddr.IPv4.isValidFourPartDecimal(host);
}

/** Where a device or service listens: HOST or HOST:PORT; IPv6 in brackets. */
export const hostPort = z
  .string()
  // What has not even the form is told once.
  .regex(/^(\[[0-9A-Fa-f:]+\]|[^\s:/@[\]]+)(:\d{1,5})?$/, {
    error: refusal("is not an address", hint),
    abort: true,
  })
  .refine(
    isNameOrAddress,
    refusal("is neither an IP address nor a name", "write four numbers from 0 to 255, such as 192.168.1.21"),
  )
  .refine(
    (text) => {
      const port = /:(\d+)$/.exec(text)?.[1];
      return port === undefined || text.endsWith("]") || (Number(port) >= 1 && Number(port) <= 65535);
    },
    refusal("has an impossible port", "use a port between 1 and 65535"),
  );
