import { generalError, type Message } from "./messages.ts";

/** An answer other than success. The HTTP layer turns it into a Redfish error body (DSP0266, "Error responses"). */
export class RedfishError extends Error {
  readonly status: number;
  readonly messages: readonly Message[];
  readonly headers: Readonly<Record<string, string>>;
  /** Whether whoever threw it has recorded it in the audit log already. */
  audited = false;

  constructor(status: number, messages: Message | readonly Message[], headers: Record<string, string> = {}) {
    const list = [messages].flat();
    super(list.map((message) => message.Message).join(" "));
    this.name = "RedfishError";
    this.status = status;
    this.messages = list;
    this.headers = headers;
  }

  get body(): object {
    const [first = generalError(), second] = this.messages;
    const { MessageId: code, Message: message } = second ? generalError() : first;
    return { error: { code, message, "@Message.ExtendedInfo": this.messages } };
  }
}
