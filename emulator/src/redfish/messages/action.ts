import { type Message, message, RESUBMIT, shown } from "./message.ts";

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
