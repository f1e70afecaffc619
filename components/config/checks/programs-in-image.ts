import { type Check, problem } from "./check.ts";

/** The path of the program that switches a host, from options that only the emulator's schema knows whole. */
function programOf(options: unknown): string | undefined {
  const executable: unknown =
    typeof options === "object" && options !== null ? Reflect.get(options, "executable") : undefined;
  const path: unknown =
    typeof executable === "object" && executable !== null ? Reflect.get(executable, "path") : undefined;
  return typeof path === "string" ? path : undefined;
}

/**
 * The emulator's own image holds no programs to switch a device with. Without this check that would only be found when
 * a host cannot be registered, minutes into an update.
 */
export const programsInImage: Check = (draft) => {
  if (draft.emulator?.image !== undefined) return [];
  return (draft.hosts ?? []).flatMap((host, index) => {
    const program = host?.driver === "command" ? programOf(host.options) : undefined;
    if (program === undefined) return [];
    const path = ["hosts", index, "options", "executable", "path"];
    const wrong = "is a program that the emulator's image does not have";
    const fix = `use options.webhook, or set edge-lab:emulator.image to an image of yours, made from the emulator's, that has it`;
    return [problem(path, program, wrong, fix)];
  });
};
