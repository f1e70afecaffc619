import { z } from "zod";
import type { Clock } from "../../power/clock.ts";
import type { EnergyReading, EnergyTotal } from "../driver.ts";
import { TapoError } from "./tapo-error.ts";

/** Of get_energy_usage. Energies are in Wh, the power in mW (get_current_power, which is not asked, has W). */
const usageSchema = z.object({
  current_power: z.number().nonnegative(),
  today_energy: z.number().nonnegative().optional().catch(undefined),
  month_energy: z.number().nonnegative().optional().catch(undefined),
  local_time: z.string().optional().catch(undefined),
});

const MINUTE = 60_000;
/** Time zones are multiples of a quarter of an hour, at most 14 hours from UTC. */
const QUARTER = 15 * MINUTE;
const FARTHEST = 14 * 60 * MINUTE;

/**
 * What a plug's meter shows, out of its answer to get_energy_usage (as python-kasa and PyPI tapo read it). The plug's
 * days and months are those of its local time; how far that is from UTC is seen by its own clock.
 * @param where names the plug in errors
 * @throws TapoError "device" for an answer without the present power
 */
export function energyOf(answer: unknown, where: string, clock: Clock): EnergyReading {
  const parsed = usageSchema.safeParse(answer);
  if (!parsed.success)
    throw new TapoError("device", `${where}: get_energy_usage was answered without current_power`);
  const { current_power, today_energy, month_energy, local_time } = parsed.data;
  const local = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/
    .exec(local_time ?? "")
    ?.slice(1)
    .map(Number);
  const begin = (day: number | undefined): number | undefined => {
    if (!local) return undefined;
    const [year = 0, month = 1, today = 1, hour = 0, minute = 0, second = 0] = local;
    const ahead = Date.UTC(year, month - 1, today, hour, minute, second) - clock.now();
    const zone = Math.round(ahead / QUARTER) * QUARTER;
    // A plug whose clock was never set tells nothing by it.
    if (Math.abs(zone) > FARTHEST || Math.abs(ahead - zone) > 5 * MINUTE) return undefined;
    return Date.UTC(year, month - 1, day ?? today) - zone;
  };
  const total = (
    period: EnergyTotal["period"],
    wattHours: number | undefined,
    since: number | undefined,
  ): EnergyTotal[] =>
    wattHours === undefined ? [] : [{ period, wattHours, ...(since !== undefined && { since }) }];
  return {
    watts: current_power / 1000,
    totals: [...total("day", today_energy, begin(undefined)), ...total("month", month_energy, begin(1))],
  };
}
