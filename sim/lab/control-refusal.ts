/** A control API of the sim was reached and says no. */
export class ControlRefusal extends Error {
  override readonly name = "ControlRefusal";
  /** In its own words. */
  readonly reason: string;

  constructor(request: string, status: number, answer: string) {
    super(`${request}: ${status} ${answer}`);
    this.reason = reasonOf(answer);
  }
}

function reasonOf(answer: string): string {
  try {
    const { error } = JSON.parse(answer) as { error?: unknown };
    return typeof error === "string" ? error : answer;
  } catch {
    return answer;
  }
}
