import type { Readable } from "node:stream";
import type { AuditLog } from "../audit/audit-log.ts";
import type { Principal } from "../auth/account.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { LoginThrottle } from "../auth/login-throttle.ts";
import type { Entity } from "../auth/privileges.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { EmulatorConfig } from "../config.ts";
import type { Subscriptions } from "../events/subscriptions.ts";
import type { LabView } from "../kubernetes/lab-view.ts";
import type { EmulatorMetrics } from "../metrics/emulator-metrics.ts";
import type { Clock } from "../power/clock.ts";
import type { PowerController } from "../power/power-controller.ts";
import type { Store } from "../store/store.ts";

/** What resources are made from. */
export interface Service {
  readonly config: EmulatorConfig;
  readonly controller: PowerController;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly throttle: LoginThrottle;
  readonly store: Store;
  readonly metrics: EmulatorMetrics;
  readonly audit: AuditLog;
  readonly subscriptions: Subscriptions;
  /** What Kubernetes tells about the machines, for the console; undefined outside a lab. */
  readonly lab: LabView | undefined;
  readonly clock: Clock;
  /** Where it listens; port 0 until it does. */
  readonly endpoint: { readonly port: number; readonly secure: boolean };
  /** Of this installation. */
  readonly uuid: string;
  readonly version: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** One request, as far as a resource is concerned. */
export interface Exchange {
  readonly service: Service;
  /** Values of the `:names` in the URI, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** JSON object of POST and PATCH; `{}` where the request has no body. */
  readonly body: JsonObject;
  readonly ifMatch: string | undefined;
  /** Another header of the request; empty where it was not sent. */
  readonly header: (name: string) => string;
  /** Whether the login that was given still counts; counts as use of its session. */
  readonly proven: () => boolean;
  /** Who asks; undefined only where no login is needed. */
  readonly principal: Principal | undefined;
  /** Address of the client. */
  readonly origin: string;
}

export interface Reply {
  readonly status: number;
  /** Absent for 204. */
  readonly body?: object | string;
  /** The body is the same object for many requests, so that its text is worth keeping. */
  readonly kept?: boolean;
  /** In place of a body: what has no end. */
  readonly stream?: Readable;
  /** Of what clients can set: for If-Match. */
  readonly etag?: string;
  /** Whether the ETag stands for all of the payload, so that If-None-Match may be answered with 304. */
  readonly cacheable?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @throws RedfishError for every answer that is not a success */
export type Handler = (exchange: Exchange) => Reply | Promise<Reply>;

/** One URI of the Redfish tree and the methods it answers; every other method gets 405. */
export interface Resource {
  /** With `:names` for what varies. */
  readonly uri: string;
  /** Its line in the privilege map. */
  readonly entity: Entity;
  /** Whose it is, where it is one user's own (privilege ConfigureSelf); undefined also when there is none such. */
  readonly owner?: (service: Service, params: Exchange["params"]) => string | undefined;
  /** Media types it can be had in, where these are others than JSON, and XML for the metadata. */
  readonly types?: readonly string[];
  readonly GET?: Handler;
  readonly POST?: Handler;
  readonly PATCH?: Handler;
  readonly DELETE?: Handler;
}

/** A reply with a payload; the ETag, if there is one, stands in the header and in the payload (DSP0266, "ETags"). */
export function ok(body: object, etag?: string): Reply {
  if (etag === undefined) return { status: 200, body };
  return { status: 200, body: { ...body, "@odata.etag": etag }, etag };
}
