import { type Check, problem } from "./check.ts";

/** baremetal-operator refuses hosts that are named like a UUID, since Ironic could not tell name and id apart. */
export const hostName: Check = (draft) =>
  (draft.hosts ?? []).flatMap((host, index) => {
    if (host?.name === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(host.name)) return [];
    const fix = "give it a name of its own, such as m920q-1; a UUID goes to the host's uuid";
    return [problem(["hosts", index, "name"], host.name, "is a UUID, which Metal3 refuses as a name", fix)];
  });
