/** What accounts that are made over Redfish must keep to. Users of the configuration need not. */
export const accountLimits = {
  /** Accounts besides those of the configuration. */
  count: 64,
  /** Characters. */
  username: 64,
  /** Characters; the longest bounds what a guess costs. */
  password: { min: 12, max: 128 },
} as const;
