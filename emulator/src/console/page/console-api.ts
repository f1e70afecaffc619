/** An answer of the console's API that is no success, in words for people. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.name = "ApiError";
    this.status = status;
  }
}

/** An action may wait for its device for 50 s. */
const TIMEOUT_MS = 70_000;

/**
 * Asks the console's API.
 * @returns the answer's JSON; undefined for an answer without one
 * @throws ApiError with status 0 when no answer comes
 */
export async function ask<Result>(method: string, path: string, body?: object): Promise<Result> {
  let response: Response;
  try {
    response = await fetch(`/console/api/${path}`, {
      method,
      headers: {
        "X-Edge-Lab-Console": "1",
        ...(body && { "Content-Type": "application/json" }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, "The emulator does not answer. What was asked for may have happened all the same.");
  }
  const answer = (await response.json().catch(() => undefined)) as
    | (Result & { readonly error?: string })
    | undefined;
  if (response.ok) return answer as Result;
  throw new ApiError(response.status, answer?.error ?? `The emulator answered ${response.status}.`);
}
