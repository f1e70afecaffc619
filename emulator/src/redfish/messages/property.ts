import { type Message, message, RESUBMIT, shown } from "./message.ts";

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

/** For values that are well-formed and still not possible now. */
export const propertyValueIncorrect = (property: string, value: unknown): Message =>
  message(
    "PropertyValueIncorrect",
    "Warning",
    "The property '%1' with the requested value of '%2' could not be written because the value is not acceptable for the property.",
    "None.",
    [property, shown(value)],
  );
