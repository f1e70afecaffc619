export { amtDriver } from "./driver.ts";
