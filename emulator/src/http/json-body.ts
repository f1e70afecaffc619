import { bodyParser } from "@koa/bodyparser";
import type { Context } from "koa";
import { z } from "zod";
import {
  headerInvalid,
  malformedJson,
  payloadTooLarge,
  unrecognizedRequestBody,
} from "../redfish/messages.ts";
import { RedfishError } from "../redfish/redfish-error.ts";
import type { JsonObject } from "../redfish/resource.ts";

/** Larger than any Redfish request the emulator understands. */
const LIMIT = "64kb";

const parse = bodyParser({ enableTypes: ["json"], jsonLimit: LIMIT, parsedMethods: ["POST", "PATCH"] });
const jsonObject = z.record(z.string(), z.unknown());

/**
 * The request's JSON object; `{}` when there is no body.
 * @throws RedfishError 415 another content type, 413 too large, 400 not JSON or not an object
 */
export async function readJsonBody(context: Context): Promise<JsonObject> {
  const { headers } = context.req;
  const empty = headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
  if (empty) return {};
  if (!context.is("application/json")) throw new RedfishError(415, headerInvalid("Content-Type"));
  try {
    await parse(context, async () => undefined);
  } catch (error) {
    // What is left of the body is not read, so the connection cannot be used again.
    context.set("Connection", "close");
    throw tooLarge(error) ? new RedfishError(413, payloadTooLarge()) : new RedfishError(400, malformedJson());
  }
  const parsed = jsonObject.safeParse(context.request.body);
  if (!parsed.success) throw new RedfishError(400, unrecognizedRequestBody());
  return parsed.data;
}

function tooLarge(error: unknown): boolean {
  return error instanceof Error && "status" in error && error.status === 413;
}
