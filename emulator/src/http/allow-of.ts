import type { Resource } from "../redfish/resource.ts";

/** Methods that resources may have; HEAD comes with GET. */
export const METHODS = ["GET", "POST", "PATCH", "DELETE"] as const;

/** The header Allow of a resource. */
export function allowOf(resource: Resource): string {
  const methods = METHODS.filter((method) => resource[method]);
  return methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
}
