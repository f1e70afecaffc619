// Prints a random password. Run by @pulumi/command as `create` and `update`.
//
// usage: node random-password.mjs LENGTH
//
// Plain JavaScript without dependencies: it runs with whatever `node` a user has on PATH. At an update the command
// provider hands over what was printed before, and that is kept: only a replacement makes a new password.
import { randomInt } from "node:crypto";

const previous = process.env.PULUMI_COMMAND_STDOUT;
const length = Number(process.argv[2]);
// Letters and digits without look-alikes (0 O 1 l I): safe in URLs, YAML, shells and for every Redfish client.
const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

if (previous) {
  process.stdout.write(previous);
} else if (!Number.isInteger(length) || length < 12 || length > 256) {
  console.error("usage: random-password.mjs LENGTH, a whole number between 12 and 256");
  process.exitCode = 2;
} else {
  let password = "";
  while (password.length < length) password += alphabet[randomInt(alphabet.length)];
  process.stdout.write(password);
}
