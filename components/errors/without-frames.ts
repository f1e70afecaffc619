/**
 * Takes the frames out of an error's stack; its message stays.
 *
 * Pulumi renders every uncaught error with colours for its trace, shown or not (SDK 3.270, cmd/run/run.js). There Node 22
 * never gets past a frame of a scoped package's top folder (lib/internal/util/inspect.js, markNodeModules, at
 * "node_modules/@pulumi/resource.ts:…", as the SDK's source maps name it): half a minute and 3 GB until the text is too
 * long for a string. A mistake of the user's has no use for frames anyway.
 */
export function withoutFrames(error: Error): void {
  error.stack = `${error.name}: ${error.message}`;
}
