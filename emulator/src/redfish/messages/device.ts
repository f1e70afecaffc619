import { type Message, message } from "./message.ts";

export const couldNotEstablishConnection = (address: string): Message =>
  message(
    "CouldNotEstablishConnection",
    "Critical",
    "The service failed to establish a connection with the URI '%1'.",
    "Ensure that the URI contains a valid and reachable node name, protocol information, and other URI components.",
    [address],
  );

export const accessDenied = (address: string): Message =>
  message(
    "AccessDenied",
    "Critical",
    "While attempting to establish a connection to '%1', the service denied access.",
    "Attempt to ensure that the URI is correct and that the service has the appropriate credentials.",
    [address],
  );

export const undeterminedFault = (source: string): Message =>
  message("UndeterminedFault", "Critical", "An undetermined fault condition was reported by '%1'.", "None.", [
    source,
  ]);
