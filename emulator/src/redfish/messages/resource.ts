import { type Message, message, shown } from "./message.ts";

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

export const resourceAlreadyExists = (type: string, property: string, value: string): Message =>
  message(
    "ResourceAlreadyExists",
    "Critical",
    "The requested resource of type %1 with the property %2 with the value '%3' already exists.",
    "Do not repeat the create operation as the resource was already created.",
    [type, property, shown(value)],
  );

export const resourceCannotBeDeleted = (): Message =>
  message(
    "ResourceCannotBeDeleted",
    "Critical",
    "The delete request failed because the resource requested cannot be deleted.",
    "Do not attempt to delete a non-deletable resource.",
  );

export const eventSubscriptionLimitExceeded = (): Message =>
  message(
    "EventSubscriptionLimitExceeded",
    "Critical",
    "The event subscription failed due to the number of simultaneous subscriptions exceeding the limit of the implementation.",
    "Reduce the number of other subscriptions before trying to establish the event subscription or increase the limit of simultaneous subscriptions, if supported.",
  );

export const createLimitReached = (): Message =>
  message(
    "CreateLimitReachedForResource",
    "Critical",
    "The create operation failed because the resource has reached the limit of possible resources.",
    "Either delete resources and resubmit the request if the operation failed or do not resubmit the request.",
  );
