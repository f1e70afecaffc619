import assert from "node:assert/strict";
import { deviceCauses } from "../../../cli/lab/why/causes/device-causes.ts";
import type { Scene } from "../../../cli/lab/why/scene.ts";
import { BrowserLab, people } from "../../browser/support/browser-lab.ts";
import { deviceFaults } from "../../why/faults/device-faults.ts";
import type { Lift } from "../../why/planted-fault.ts";
import type { WhyLab } from "../../why/why-lab.ts";
import { eventually } from "../support/eventually.ts";

interface Condition {
  readonly MessageId: string;
  readonly Message: string;
  readonly Resolution: string;
}

/** Those that want a whole lab: its Secrets, its `lab power`. */
const WANTS_LAB = ["system-unknown", "device-did-not-follow"];

describe("what lab why makes of a device's fault, by way of the real emulator and its real drivers", () => {
  let lab: BrowserLab;
  const lifts: Lift[] = [];
  before(async () => {
    lab = await BrowserLab.start({ cacheSeconds: 0 });
  });
  after(() => lab.stop());
  afterEach(async () => {
    for (const lift of lifts.splice(0)) await lift();
  });

  const system = async (host: string): Promise<readonly Condition[]> => {
    const { username, password } = people.admin;
    const { body } = await lab.redfish.as(username, password).get(`/redfish/v1/Systems/${host}`);
    return (body.Status as { Conditions?: Condition[] }).Conditions ?? [];
  };
  /** What the planting sees of a lab: its devices. */
  const room = (number: number): WhyLab =>
    ({
      sparePlug: `optiplex-${number}`,
      spareEngine: `m920q-${number}`,
      breakDevice: async (host: string, faults: object) => {
        const device = lab.devices.find(({ name }) => name === host);
        device?.setFaults(faults);
        return async () => device?.setFaults({});
      },
    }) as unknown as WhyLab;

  const alone = deviceFaults.filter(({ cause }) => !WANTS_LAB.includes(cause));
  alone.forEach(({ title, cause, subject, plant }, index) => {
    it(`${title}: ${cause}`, async () => {
      // A device may hold a grudge, and the emulator its distance: each fault has, in turn, another one.
      const place = room(1 + (index % 3));
      const host = subject?.(place) ?? "";
      await system(host);
      await plant(place, (lift) => lifts.push(lift));
      await eventually(async () => {
        const conditions = (await system(host)).map(({ MessageId, Message, Resolution }) => ({
          id: MessageId,
          message: Message,
          resolution: Resolution,
        }));
        const scene = { hostName: host, system: { power: "On", health: "", resetTypes: [], conditions } };
        const told = deviceCauses.find(({ find }) => find(scene as unknown as Scene) !== undefined);
        assert.equal(told?.id, cause);
      });
    });
  });
});
