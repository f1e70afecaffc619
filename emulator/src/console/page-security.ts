import type { Context, Middleware } from "koa";
import type { RequestState } from "../http/request-state.ts";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** A page of another site can send no such header without being asked by the browser first, and the answer is no. */
const OWN_HEADER = "X-Edge-Lab-Console";

/**
 * What browsers are told about every answer of the console, and what they have to show before anything is changed: 403 for what does
 * not come from the console's own page.
 */
export const pageSecurity: Middleware<RequestState> = async (context, next) => {
  context.set({
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
  });
  const { method } = context;
  if (method !== "GET" && method !== "HEAD" && !fromOwnPage(context)) {
    context.status = 403;
    context.body = { error: "Only the console's own page may ask for this." };
    return;
  }
  await next();
};

function fromOwnPage(context: Context): boolean {
  if (context.get(OWN_HEADER) === "") return false;
  // Browsers name the page's origin with every POST and DELETE; what is no browser need not.
  const origin = context.get("Origin");
  return origin === "" || (URL.canParse(origin) && new URL(origin).host === context.host);
}
