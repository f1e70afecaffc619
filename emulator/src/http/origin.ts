import type { Context } from "koa";

/** The client's address, IPv4 in its own notation also on a dual-stack socket. No header is believed. */
export function originOf(context: Context): string {
  return (context.req.socket.remoteAddress ?? "unknown").replace(/^::ffff:/, "");
}
