// Pulumi runs a policy pack through ts-node and require(), whatever PulumiPolicy.yaml says of TypeScript, and ts-node cannot
// require ES modules. import() is Node's own, which runs the sources as they are.
module.exports = import("./pack.ts");
