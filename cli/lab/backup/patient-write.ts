export interface PatientWriteOptions {
  /** How often at most. */
  readonly tries: number;
  /** Whether an error may pass by itself; any other ends it at once. */
  readonly passes: (error: unknown) => boolean;
  /** Milliseconds. */
  readonly sleep: (duration: number) => Promise<void>;
}

/**
 * Tries a write of the API server until it is taken: a kind is served a moment after its definition was made, a webhook that has
 * just come up is not known everywhere, a busy API server answers late. Waits a quarter of a second more before each further
 * try, give or take a quarter of it.
 *
 * @throws what the last try threw.
 */
export async function patientWrite<T>(
  attempt: () => Promise<T>,
  { tries, passes, sleep }: PatientWriteOptions,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= tries || !passes(error)) throw error;
      await sleep(tried * 250 * (0.75 + Math.random() / 2));
    }
  }
}
