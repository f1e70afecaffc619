/** What ironic-python-agent's error classes say in their `message`, and the HTTP status that goes with it. */
const KINDS = {
  AgentIsBusy: ["Agent is busy", 409],
  BlockDeviceEraseError: ["Error erasing block device", 500],
  CleaningError: ["Clean step failed", 500],
  CommandExecutionError: ["Command execution failed", 500],
  DeploymentError: ["Deploy step failed", 500],
  DeviceNotFound: ["Error finding the disk or partition device to deploy the image onto", 404],
  ImageChecksumError: ["Error verifying image checksum", 500],
  ImageDownloadError: ["Error downloading image", 500],
  InvalidCommandError: ["Invalid command", 400],
  InvalidCommandParamsError: ["Invalid command parameters", 400],
  InvalidImage: ["The provided image is not valid for use", 500],
  RequestedObjectNotFoundError: ["Not found", 404],
  RESTError: ["An error occurred", 500],
  VersionMismatch: ["Hardware managers version mismatch, reload agent with correct version", 409],
} as const satisfies Record<string, readonly [string, number]>;

/** As it stands in `command_error`. */
export interface SerializedAgentError {
  readonly type: string;
  readonly code: number;
  readonly message: string;
  readonly details: string;
}

/** An error that Ironic gets to see, in the form of ironic-python-agent (project ironic-python-agent, errors.py). */
export class AgentError extends Error {
  readonly type: keyof typeof KINDS;
  readonly details: string;
  readonly status: number;

  constructor(type: keyof typeof KINDS, details: string) {
    const [message, status] = KINDS[type];
    super(`${message}: ${details}`);
    this.name = type;
    this.type = type;
    this.details = details;
    this.status = status;
  }

  /** Any failure of a command; what the agent did not foresee counts as a failed execution. */
  static from(error: unknown): AgentError {
    if (error instanceof AgentError) return error;
    return new AgentError("CommandExecutionError", error instanceof Error ? error.message : String(error));
  }

  serialized(): SerializedAgentError {
    const [message] = KINDS[this.type];
    return { type: this.type, code: this.status, message, details: this.details };
  }
}
