/** What the steps of one request tell each other (Koa's `context.state`). */
export interface RequestState {
  requestId: string;
  /** Address of the client. */
  origin: string;
  /** Template of the URI that was asked for; absent when there is none such. */
  route?: string;
  /** Of whoever logged in; for the log. */
  username?: string;
}
