/** What the steps of one request tell each other (Koa's `context.state`). */
export interface RequestState {
  requestId: string;
  /** Of whoever logged in; for the log. */
  username?: string;
}
