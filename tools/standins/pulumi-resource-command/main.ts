/** The plugin's process: the engine starts it with its own address and reads our port from standard output. */
import { main } from "@pulumi/pulumi/provider/index.js";
import { tools } from "../../../components/versions.ts";
import { CommandProvider } from "./command-provider.ts";

const args = process.argv.slice(2);
const engineAddress = args.find((argument) => !argument.startsWith("-"));
const version = tools["pulumi-resource-command"].version.replace(/^v/, "");
await main(new CommandProvider(version, engineAddress), args);
