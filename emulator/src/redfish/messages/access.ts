import { type Message, message, RESUBMIT } from "./message.ts";

export const accessUnauthorized = (): Message =>
  message("AccessUnauthorized", "Critical", "Unauthorized.", "Resubmit the request with valid credentials.");

export const noValidSession = (): Message =>
  message(
    "NoValidSession",
    "Critical",
    "There is no valid session established with the implementation.",
    "Establish a session before attempting any operations.",
  );

export const insufficientPrivilege = (): Message =>
  message(
    "InsufficientPrivilege",
    "Critical",
    "There are insufficient privileges for the account or credentials associated with the current session to perform the requested operation.",
    `Either abandon the operation or change the associated access rights ${RESUBMIT}`,
  );

export const sessionLimitExceeded = (): Message =>
  message(
    "SessionLimitExceeded",
    "Critical",
    "The session establishment failed due to the number of simultaneous sessions exceeding the limit of the implementation.",
    "Reduce the number of other sessions before trying to establish the session or increase the limit of simultaneous sessions, if supported.",
  );

export const serviceTemporarilyUnavailable = (seconds: number): Message =>
  message(
    "ServiceTemporarilyUnavailable",
    "Critical",
    "The service is temporarily unavailable.  Retry in %1 seconds.",
    "Wait for the indicated retry duration and retry the operation.",
    [String(seconds)],
  );

export const passwordChangeRequired = (uri: string): Message =>
  message(
    "PasswordChangeRequired",
    "Critical",
    "The password provided for this account must be changed before access is granted.  PATCH the Password property for this account located at the target URI '%1' to complete this process.",
    "Change the password for this account using a PATCH to the Password property at the URI provided.",
    [uri],
  );

export const passwordIncorrectLength = (): Message =>
  message(
    "PasswordIncorrectLength",
    "Critical",
    "The password provided for this account does not meet the password length requirements of the service.",
    "Resubmit the request with a password that meets the password length requirements as specified by the `MinPasswordLength` and `MaxPasswordLength` properties in the `AccountService` resource.",
  );
