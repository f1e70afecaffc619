import type { Principal } from "../auth/account.ts";
import { mayRead } from "../auth/may-read.ts";
import type { MachinePower } from "../power/machine-power.ts";
import type { PowerView } from "../power/power-view.ts";
import type { Service } from "../redfish/resource.ts";
import type { MachineDetail, MachineList, MachineRow, TimelineEvent } from "./api-types.ts";
import { LastActions } from "./last-actions.ts";
import { machineDetail } from "./machine-detail.ts";
import { type ListQuery, machineList } from "./machine-list.ts";
import { machineRow } from "./machine-row.ts";
import { timelineEvent } from "./timeline-event.ts";

/** Events of a machine that its page shows. */
const EVENTS_OF_MACHINE = 60;
/** Events that the list shows below itself. */
const EVENTS = 30;
/** How far back those are looked for among what not everybody may see. */
const LOOKED_THROUGH = 300;

/** What the service knows, as the console shows it. Asks no device. */
export class MachineViews {
  readonly #service: Service;
  readonly #last: LastActions;

  constructor(service: Service) {
    this.#service = service;
    this.#last = new LastActions(service.store.events);
  }

  list(query: ListQuery): MachineList {
    return machineList(this.#service.controller.machines, query, (power, view) => this.#row(power, view));
  }

  /** Undefined when there is no such machine. */
  detail(name: string, principal: Principal): MachineDetail | undefined {
    const { controller, metrics, store } = this.#service;
    const power = controller.find(name);
    if (!power) return undefined;
    const view = power.lastView;
    const audit = mayRead(principal, "AuditEntry");
    return machineDetail(power, {
      row: this.#row(power, view),
      view,
      calls: metrics.devices.history.last(name),
      events: store.events.ofMachine(name, EVENTS_OF_MACHINE),
      timeline: (event) => timelineEvent(event, audit),
    });
  }

  /** The newest events first: of machines, and of the service for those who may read the audit log. */
  events(principal: Principal): TimelineEvent[] {
    const audit = mayRead(principal, "AuditEntry");
    return this.#service.store.events
      .latest(audit ? EVENTS : LOOKED_THROUGH)
      .filter(({ machine }) => audit || machine !== undefined)
      .slice(0, EVENTS)
      .map((event) => timelineEvent(event, audit));
  }

  #row(power: MachinePower, view: PowerView): MachineRow {
    return machineRow(power, view, this.#last.of(power.machine.name), this.#service.metrics.devices.history);
  }
}
