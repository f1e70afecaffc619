import type { Readable } from "node:stream";
import type { Logger } from "pino";
import type { Accounts } from "../auth/accounts.ts";
import { mayRead } from "../auth/may-read.ts";
import type { Clock } from "../power/clock.ts";
import type { EventsTable } from "../store/events-table.ts";
import type { StoredSubscription, SubscriptionsTable } from "../store/subscriptions-table.ts";
import { type Deliver, EventPush } from "./event-push.ts";
import { EventStream } from "./event-stream.ts";
import { type Notice, noticeOf } from "./notice.ts";

/** Who is told of events: a stream that is open, or a destination that they are pushed to. */
export interface Subscription {
  readonly id: string;
  readonly username: string;
  /** Absent of a stream. */
  readonly push?: StoredSubscription;
  readonly failing: boolean;
}

export interface SubscriptionsOptions {
  readonly table: SubscriptionsTable;
  readonly events: EventsTable;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly deliver?: Deliver;
}

/** At the same time, of both kinds each. */
const MOST = 64;
/** Events that a stream is told of what it missed. */
const MOST_MISSED = 1_000;

/** Everybody who wants to know of events. Whoever lost the right to it is told no more. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #pushes = new Map<string, EventPush>();
  readonly #streams = new Map<string, { readonly stream: EventStream; readonly username: string }>();
  #opened = 0;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    for (const subscription of options.table.loadAll()) this.#start(subscription);
    options.events.onAppend = (event) => this.publish(noticeOf(event));
    options.accounts.onNameLost = (username, next) => this.#hand(username, next);
  }

  list(): Subscription[] {
    const pushes = [...this.#pushes.values()].map(({ subscription, failing }) => ({
      id: subscription.id,
      username: subscription.username,
      push: subscription,
      failing,
    }));
    const streams = [...this.#streams].map(([id, { username }]) => ({ id, username, failing: false }));
    return [...pushes, ...streams];
  }

  find(id: string): Subscription | undefined {
    return this.list().find((subscription) => subscription.id === id);
  }

  publish(notice: Notice): void {
    for (const push of this.#pushes.values()) push.send(notice);
    for (const { stream } of this.#streams.values()) stream.send(notice);
  }

  /** Makes a destination; durable with the store's next commit. Undefined when there are too many. */
  add(wanted: Omit<StoredSubscription, "id">): Subscription | undefined {
    if (this.#pushes.size >= MOST) return undefined;
    const subscription = { ...wanted, id: this.#options.table.insert(wanted) };
    this.#start(subscription);
    return this.find(subscription.id);
  }

  /** Changes what can be changed of a destination; durable with the store's next commit. */
  change(
    id: string,
    changes: Partial<Pick<StoredSubscription, "username" | "context" | "verifyCertificate">>,
  ): void {
    const push = this.#pushes.get(id);
    if (!push) return;
    push.subscription = { ...push.subscription, ...changes };
    this.#options.table.update(push.subscription);
  }

  /** Ends a stream, or removes a destination; durable with the store's next commit. */
  remove(id: string): void {
    this.#streams.get(id)?.stream.close();
    this.#pushes.get(id)?.close();
    if (this.#pushes.delete(id)) this.#options.table.remove(id);
  }

  /**
   * Opens a stream; undefined when there are too many.
   * @param allowed whether the login still counts
   * @param since the number of the last event that the client had, if it says so
   */
  open(username: string, allowed: () => boolean, since: number | undefined): Readable | undefined {
    if (this.#streams.size >= MOST) return undefined;
    this.#opened += 1;
    const id = `sse-${this.#opened}`;
    const stream = new EventStream({
      clock: this.#options.clock,
      allowed,
      wants: (notice) => this.#mayHear(username, notice),
      onClose: () => this.#streams.delete(id),
    });
    if (since !== undefined) {
      for (const event of this.#options.events.after(since, MOST_MISSED)) stream.send(noticeOf(event));
    }
    this.#streams.set(id, { stream, username });
    return stream.body;
  }

  close(): void {
    for (const { stream } of [...this.#streams.values()]) stream.close();
    for (const push of this.#pushes.values()) push.close();
  }

  #start(subscription: StoredSubscription): void {
    const mayHear = (username: string, notice: Notice): boolean => this.#mayHear(username, notice);
    this.#pushes.set(subscription.id, new EventPush({ ...this.#options, subscription, mayHear }));
  }

  /** Gives the destinations of a name to another, or removes them: nobody inherits a destination. */
  #hand(username: string, next: string | undefined): void {
    for (const { subscription } of [...this.#pushes.values()]) {
      if (subscription.username !== username) continue;
      if (next === undefined) this.remove(subscription.id);
      else this.change(subscription.id, { username: next });
    }
  }

  #mayHear(username: string, { confidential }: Notice): boolean {
    const principal = this.#options.accounts.find(username);
    return principal !== undefined && mayRead(principal, confidential ? "AuditEntry" : "LogEntry");
  }
}
