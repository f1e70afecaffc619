export { commandDriver } from "./driver.ts";
