import type { Problem } from "../problem.ts";
import { type Check, problem } from "./check.ts";

/** Root and further disks of a host must not be mistaken for each other: the root disk is overwritten. */
export const hostDisks: Check = (draft) =>
  (draft.hosts ?? []).flatMap((host, index): Problem[] => {
    if (host === undefined) return [];
    const path = ["hosts", index];
    const hints = Object.entries(host.rootDeviceHints ?? {}).filter(([, hint]) => hint !== undefined);
    const disks = host.dataDisks ?? [];
    const problems: Problem[] = [];
    if (host.rootDeviceHints !== undefined && hints.length === 0) {
      const fix = "give at least one hint, such as model, or leave rootDeviceHints out";
      problems.push(problem([...path, "rootDeviceHints"], undefined, "is empty", fix));
    }
    if (host.rootDeviceHints === undefined && disks.length > 0) {
      const wrong =
        "is missing while dataDisks are declared: Ironic would take the smallest disk, perhaps the data disk";
      const fix = "say which disk is the root disk, for instance by model and minSizeGigabytes";
      problems.push(problem([...path, "rootDeviceHints"], undefined, wrong, fix));
    }
    disks.forEach((disk, at) => {
      const here = [...path, "dataDisks", at];
      if (disk?.device !== undefined && disk.device === host.rootDeviceHints?.deviceName) {
        const fix = "name the second disk; everything on it is lost when it is formatted";
        problems.push(problem([...here, "device"], disk.device, "is the root disk", fix));
      }
      for (const field of ["device", "mountPath", "label"] as const) {
        const value = disk?.[field];
        if (value !== undefined && disks.slice(0, at).some((other) => other?.[field] === value)) {
          const fix = `give each disk a ${field} of its own`;
          problems.push(problem([...here, field], value, "is already used by another disk of the host", fix));
        }
      }
    });
    return problems;
  });
