import type { Principal } from "../auth/account.ts";
import { mayRead } from "../auth/may-read.ts";
import type { MachinePower } from "../power/machine-power.ts";
import type { PowerView } from "../power/power-view.ts";
import type { Service } from "../redfish/resource.ts";
import type { MachineDetail, MachineList, MachineRow, TimelineEvent } from "./api-types.ts";
import { labRows } from "./lab-rows.ts";
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
    const { controller, lab } = this.#service;
    const list = machineList(controller.machines, query, {
      row: (power, view) => this.#row(power, view),
      story: (name) => lab?.story(name),
    });
    return lab ? { ...list, lab: labRows.news(lab) } : list;
  }

  /** Undefined when there is no such machine. */
  detail(name: string, principal: Principal): MachineDetail | undefined {
    const { controller, metrics, store, lab } = this.#service;
    const power = controller.find(name);
    if (!power) return undefined;
    const view = power.lastView;
    const audit = mayRead(principal, "AuditEntry");
    const row = this.#row(power, view);
    return machineDetail(power, {
      row,
      view,
      lab: lab && labRows.news(lab, [row.kubernetes?.machine?.cluster]),
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
    const { metrics, lab } = this.#service;
    const { name } = power.machine;
    return machineRow(power, view, {
      last: this.#last.of(name),
      history: metrics.devices.history,
      story: lab?.story(name),
    });
  }
}
