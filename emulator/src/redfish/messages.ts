/**
 * The messages of DMTF's Base registry 1.22 that the emulator uses, one function each, so that no message id or
 * argument can be misspelt where it is used. Texts are the registry's own.
 */
export interface Message {
  readonly "@odata.type": "#Message.v1_2_0.Message";
  readonly MessageId: string;
  readonly Message: string;
  readonly MessageArgs: readonly string[];
  readonly MessageSeverity: "OK" | "Warning" | "Critical";
  readonly Resolution: string;
  /** JSON pointers of the properties of the request that are meant. */
  readonly RelatedProperties?: readonly string[];
}

type Severity = Message["MessageSeverity"];

const REGISTRY = "Base.1.22";
const RESUBMIT = "and resubmit the request if the operation failed.";

function message(
  key: string,
  severity: Severity,
  text: string,
  resolution: string,
  args: string[] = [],
): Message {
  return {
    "@odata.type": "#Message.v1_2_0.Message",
    MessageId: `${REGISTRY}.${key}`,
    Message: text.replace(/%(\d)/g, (_, place: string) => args[Number(place) - 1] ?? ""),
    MessageArgs: args,
    MessageSeverity: severity,
    Resolution: resolution,
  };
}

/** Adds which property of the request is meant, e.g. "Boot/BootSourceOverrideTarget". */
export function about(property: string, subject: Message): Message {
  return { ...subject, RelatedProperties: [`#/${property}`] };
}

/** Request values as registry arguments: bounded, since they come from outside, in length and in depth. */
function shown(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[...]" : "{...}";
  const text = String(value);
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}

export const generalError = (): Message =>
  message(
    "GeneralError",
    "Critical",
    "A general error has occurred.  See Resolution for information on how to resolve the error, or @Message.ExtendedInfo if Resolution is not provided.",
    "None.",
  );

export const propertyUnknown = (property: string): Message =>
  message(
    "PropertyUnknown",
    "Warning",
    "The property %1 is not in the list of valid properties for the resource.",
    `Remove the unknown property from the request body ${RESUBMIT}`,
    [shown(property)],
  );

export const propertyNotWritable = (property: string): Message =>
  message(
    "PropertyNotWritable",
    "Warning",
    "The property %1 is a read-only property and cannot be assigned a value.",
    `Remove the property from the request body ${RESUBMIT}`,
    [property],
  );

export const propertyMissing = (property: string): Message =>
  message(
    "PropertyMissing",
    "Warning",
    "The property %1 is a required property and must be included in the request.",
    `Ensure that the property is in the request body and has a valid value ${RESUBMIT}`,
    [property],
  );

export const propertyValueType = (value: unknown, property: string): Message =>
  message(
    "PropertyValueTypeError",
    "Warning",
    "The value '%1' for the property %2 is not a type that the property can accept.",
    `Correct the value for the property in the request body ${RESUBMIT}`,
    [shown(value), property],
  );

/** For secrets: the same without the value. */
export const propertyValueError = (property: string): Message =>
  message(
    "PropertyValueError",
    "Warning",
    "The value provided for the property %1 is not valid.",
    `Correct the value for the property in the request body ${RESUBMIT}`,
    [property],
  );

export const propertyValueNotInList = (value: unknown, property: string): Message =>
  message(
    "PropertyValueNotInList",
    "Warning",
    "The value '%1' for the property %2 is not in the list of acceptable values.",
    `Choose a value from the enumeration list that the implementation can support ${RESUBMIT}`,
    [shown(value), property],
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

export const actionParameterMissing = (action: string, parameter: string): Message =>
  message(
    "ActionParameterMissing",
    "Critical",
    "The action %1 requires the parameter %2 to be present in the request body.",
    "Supply the action with the required parameter in the request body when the request is resubmitted.",
    [action, parameter],
  );

export const actionParameterUnknown = (action: string, parameter: string): Message =>
  message(
    "ActionParameterUnknown",
    "Warning",
    "The action %1 was submitted with the invalid parameter %2.",
    `Correct the invalid action parameter ${RESUBMIT}`,
    [action, shown(parameter)],
  );

export const actionParameterValueType = (value: unknown, parameter: string, action: string): Message =>
  message(
    "ActionParameterValueTypeError",
    "Warning",
    "The value '%1' for the parameter %2 in the action %3 is not a type that the parameter can accept.",
    `Correct the value for the parameter in the request body ${RESUBMIT}`,
    [shown(value), parameter, action],
  );

export const actionParameterValueNotInList = (value: unknown, parameter: string, action: string): Message =>
  message(
    "ActionParameterValueNotInList",
    "Warning",
    "The value '%1' for the parameter %2 in the action %3 is not in the list of acceptable values.",
    `Choose a value from the enumeration list that the implementation can support ${RESUBMIT}`,
    [shown(value), parameter, action],
  );

export const actionParameterValueConflict = (parameter: string, value: string): Message =>
  message(
    "ActionParameterValueConflict",
    "Warning",
    "The parameter '%1' with the requested value of '%2' does not meet the constraints of the implementation.",
    "None.",
    [parameter, value],
  );

export const queryParameterUnsupported = (parameter: string): Message =>
  message(
    "QueryParameterUnsupported",
    "Warning",
    "Query parameter '%1' is not supported.",
    "Correct or remove the query parameter and resubmit the request.",
    [shown(parameter)],
  );

export const sessionLimitExceeded = (): Message =>
  message(
    "SessionLimitExceeded",
    "Critical",
    "The session establishment failed due to the number of simultaneous sessions exceeding the limit of the implementation.",
    "Reduce the number of other sessions before trying to establish the session or increase the limit of simultaneous sessions, if supported.",
  );

export const resourceNotFound = (type: string, name: string): Message =>
  message(
    "ResourceNotFound",
    "Critical",
    "The requested resource of type %1 named '%2' was not found.",
    "Provide a valid resource identifier and resubmit the request.",
    [type, shown(name)],
  );

export const invalidUri = (uri: string): Message =>
  message(
    "InvalidURI",
    "Critical",
    "The URI %1 was not found.",
    "Provide a valid URI and resubmit the request.",
    [shown(uri)],
  );

export const operationNotAllowed = (): Message =>
  message("OperationNotAllowed", "Critical", "The HTTP method is not allowed on this resource.", "None.");

export const noValidSession = (): Message =>
  message(
    "NoValidSession",
    "Critical",
    "There is no valid session established with the implementation.",
    "Establish a session before attempting any operations.",
  );

export const accessUnauthorized = (): Message =>
  message("AccessUnauthorized", "Critical", "Unauthorized.", "Resubmit the request with valid credentials.");

export const insufficientPrivilege = (): Message =>
  message(
    "InsufficientPrivilege",
    "Critical",
    "There are insufficient privileges for the account or credentials associated with the current session to perform the requested operation.",
    `Either abandon the operation or change the associated access rights ${RESUBMIT}`,
  );

export const preconditionFailed = (): Message =>
  message(
    "PreconditionFailed",
    "Critical",
    "The ETag supplied did not match the ETag required to change this resource.",
    "Try the operation again using the appropriate ETag.",
  );

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

export const serviceTemporarilyUnavailable = (seconds: number): Message =>
  message(
    "ServiceTemporarilyUnavailable",
    "Critical",
    "The service is temporarily unavailable.  Retry in %1 seconds.",
    "Wait for the indicated retry duration and retry the operation.",
    [String(seconds)],
  );

export const internalError = (): Message =>
  message(
    "InternalError",
    "Critical",
    "The request failed due to an internal service error.  The service is still operational.",
    "Resubmit the request.  If the problem persists, consider resetting the service.",
  );

/** Adds what the registry's general text cannot say: the cause and the way out. */
export function withDetail(subject: Message, detail: string): Message {
  return { ...subject, Message: `${subject.Message}  ${detail}` };
}
