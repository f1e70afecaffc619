import type { LabContext, LabOptions } from "../lab-context.ts";

/** What every subcommand of `lab` is given. */
export interface CommandContext {
  /** The options before the subcommand. */
  readonly options: () => LabOptions;
  /** The lab that they name. @throws LabError, ConfigurationError. */
  readonly open: () => Promise<LabContext>;
  /** A line for people on standard error. */
  readonly note: (line: string) => void;
}
