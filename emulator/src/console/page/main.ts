import { render } from "preact";
import { ConsoleModel } from "./console-model.ts";
import { consoleView } from "./console-view.ts";

const place = document.getElementById("app");
if (!place) throw new Error("the page has no place for the console");

const model: ConsoleModel = new ConsoleModel(() => render(consoleView(model), place));
void model.start();
