import Router from "@koa/router";
import { resources } from "../redfish/index.ts";
import type { Resource, Service } from "../redfish/resource.ts";
import type { RequestState } from "./request-state.ts";
import { ResourceServer, type Route } from "./resource-server.ts";

/**
 * The Redfish tree on its URIs. Each URI takes every method and its resource answers for those it does not have: another URI that
 * fits too (`Accounts/:id` for `Accounts/Members`) must not answer in its place, and 405, OPTIONS and `Allow` ask for a login as
 * everything else does. A slash at the end does not count; upper and lower case do.
 */
export function resourceRouter(service: Service): Router<RequestState> {
  const router = new Router<RequestState>({ sensitive: true });
  const server = new ResourceServer(service, (path) => findRoute(router, path));
  for (const resource of resources) {
    router.all(resource.uri, (context) => server.serve(context, { resource, params: context.params }));
  }
  return router;
}

const byUri: ReadonlyMap<unknown, Resource> = new Map(resources.map((resource) => [resource.uri, resource]));

/** Which resource a GET of a path would be answered by, for links that a query replaces by what they point at. */
function findRoute(router: Router<RequestState>, path: string): Route | undefined {
  const [layer] = router.match(path, "GET").pathAndMethod;
  const resource = byUri.get(layer?.path);
  return layer && resource && { resource, params: layer.params(path, layer.captures(path)) };
}
