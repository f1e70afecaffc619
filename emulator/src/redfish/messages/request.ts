import { type Message, message } from "./message.ts";

export const generalError = (): Message =>
  message(
    "GeneralError",
    "Critical",
    "A general error has occurred.  See Resolution for information on how to resolve the error, or @Message.ExtendedInfo if Resolution is not provided.",
    "None.",
  );

export const malformedJson = (): Message =>
  message(
    "MalformedJSON",
    "Critical",
    "The request body submitted was malformed JSON and could not be parsed by the receiving service.",
    "Ensure that the request body is valid JSON and resubmit the request.",
  );

export const unrecognizedRequestBody = (): Message =>
  message(
    "UnrecognizedRequestBody",
    "Warning",
    "The service detected a malformed request body that it was unable to interpret.",
    "Correct the request body and resubmit the request if it failed.",
  );

export const emptyJson = (): Message =>
  message(
    "EmptyJSON",
    "Warning",
    "The request body submitted contained an empty JSON object and the service is unable to process it.",
    "Add properties in the JSON object and resubmit the request.",
  );

export const payloadTooLarge = (): Message =>
  message(
    "PayloadTooLarge",
    "Critical",
    "The supplied payload exceeds the maximum size supported by the service.",
    "Check that the supplied payload is correct and supported by this service.",
  );

export const headerInvalid = (header: string): Message =>
  message(
    "HeaderInvalid",
    "Critical",
    "Header '%1' is invalid.",
    "Resubmit the request with a valid request header.",
    [header],
  );

export const preconditionFailed = (): Message =>
  message(
    "PreconditionFailed",
    "Critical",
    "The ETag supplied did not match the ETag required to change this resource.",
    "Try the operation again using the appropriate ETag.",
  );

export const operationNotAllowed = (): Message =>
  message("OperationNotAllowed", "Critical", "The HTTP method is not allowed on this resource.", "None.");

export const internalError = (): Message =>
  message(
    "InternalError",
    "Critical",
    "The request failed due to an internal service error.  The service is still operational.",
    "Resubmit the request.  If the problem persists, consider resetting the service.",
  );

export const noOperation = (): Message =>
  message(
    "NoOperation",
    "Warning",
    "The request body submitted contain no data to act upon and no changes to the resource took place.",
    "Add properties in the JSON object and resubmit the request.",
  );
