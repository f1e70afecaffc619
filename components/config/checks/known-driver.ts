import { closestWord } from "../closest-word.ts";
import { knownDrivers } from "../known-drivers.ts";
import { type Check, problem } from "./check.ts";

/** A host's driver has to be one that the emulator has. */
export const knownDriver: Check = (draft) => {
  const names = knownDrivers.map((driver) => driver.name);
  return (draft.hosts ?? []).flatMap((host, index) => {
    if (host?.driver === undefined || names.includes(host.driver)) return [];
    const meant = closestWord(host.driver, names);
    const fix = `${meant === undefined ? "" : `did you mean ${meant}? `}known drivers: ${names.join(", ")}`;
    return [problem(["hosts", index, "driver"], host.driver, "is not a driver of the emulator", fix)];
  });
};
