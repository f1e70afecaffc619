/**
 * The messages of DMTF's Base registry 1.22 that the emulator uses, one function each, so that no message id or
 * argument can be misspelt where it is used. Texts are the registry's own.
 */
export * from "./messages/access.ts";
export * from "./messages/action.ts";
export * from "./messages/device.ts";
export { about, type Message, withDetail } from "./messages/message.ts";
export * from "./messages/property.ts";
export * from "./messages/query.ts";
export * from "./messages/request.ts";
export * from "./messages/resource.ts";
