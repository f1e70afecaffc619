import { type Message, message, RESUBMIT, shown } from "./message.ts";

export const queryParameterUnsupported = (parameter: string): Message =>
  message(
    "QueryParameterUnsupported",
    "Warning",
    "Query parameter '%1' is not supported.",
    "Correct or remove the query parameter and resubmit the request.",
    [shown(parameter)],
  );

export const queryParameterValueType = (value: string, parameter: string): Message =>
  message(
    "QueryParameterValueTypeError",
    "Warning",
    "The value '%1' for the query parameter %2 is not a type that the parameter can accept.",
    `Correct the value for the query parameter in the request ${RESUBMIT}`,
    [shown(value), parameter],
  );

export const queryParameterValueFormat = (value: string, parameter: string): Message =>
  message(
    "QueryParameterValueFormatError",
    "Warning",
    "The value '%1' for the parameter %2 is not a format that the parameter can accept.",
    `Correct the value for the query parameter in the request ${RESUBMIT}`,
    [shown(value), parameter],
  );

export const queryParameterOutOfRange = (value: string, parameter: string, range: string): Message =>
  message(
    "QueryParameterOutOfRange",
    "Warning",
    "The value '%1' for the query parameter %2 is out of range %3.",
    "Reduce the value for the query parameter to a value that is within range, such as a start or count value that is within bounds of the number of resources in a collection or a page number that is within the range of valid pages.",
    [shown(value), parameter, range],
  );

/** For a parameter of collections on something else. */
export const queryNotSupportedOnResource = (): Message =>
  message(
    "QueryNotSupportedOnResource",
    "Warning",
    "Querying is not supported on the requested resource.",
    `Remove the query parameters ${RESUBMIT}`,
  );

/** For another method than GET. */
export const queryNotSupportedOnOperation = (): Message =>
  message(
    "QueryNotSupportedOnOperation",
    "Warning",
    "Querying is not supported with the requested operation.",
    `Remove the query parameters ${RESUBMIT}`,
  );

export const queryCombinationInvalid = (): Message =>
  message(
    "QueryCombinationInvalid",
    "Warning",
    "Two or more query parameters in the request cannot be used together.",
    `Remove one or more of the query parameters ${RESUBMIT}`,
  );
