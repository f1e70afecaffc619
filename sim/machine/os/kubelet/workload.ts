/** One container of a static pod that does something on this machine. */
export interface Workload {
  readonly ready: boolean;
  readonly restarts: number;
  /** Ends it; answers when it has ended. */
  stop(): Promise<void>;
}
