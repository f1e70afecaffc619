export { tapoDriver } from "./driver.ts";
