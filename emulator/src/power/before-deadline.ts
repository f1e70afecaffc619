import { DeviceError } from "../drivers/errors.ts";
import type { Clock } from "./clock.ts";

/**
 * The promise's outcome if it comes before the deadline (by the monotonic clock).
 * @throws DeviceError "timeout" with the given message otherwise; what the promise comes to then is ignored
 */
export async function beforeDeadline<Result>(
  promise: Promise<Result>,
  deadline: number,
  clock: Clock,
  message: string,
): Promise<Result> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const rest = Math.max(0, deadline - clock.elapsed());
    cancel = clock.after(rest, () => reject(new DeviceError("timeout", message)));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
