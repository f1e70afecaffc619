import * as pulumi from "@pulumi/pulumi";
import { type RecordedResource, withoutSecrets, withSecrets } from "./recorded-resource.ts";
import { Recording } from "./recording.ts";

export interface RecordOptions {
  /** Runs the program as `pulumi preview` does: what a provider would answer is unknown. */
  readonly preview: boolean;
  /** What a resource's provider adds to its inputs in an update, by type; a preview never has it. */
  readonly outputs?: (
    type: string,
    inputs: Readonly<Record<string, unknown>>,
  ) => Readonly<Record<string, unknown>>;
}

/**
 * Runs a program under Pulumi's mocks and records every resource that it registers.
 *
 * The program hands the options it is given to its components: mocks do not see resource options such as dependsOn
 * and ignoreChanges, a transformation does.
 *
 * One program at a time: Pulumi keeps its settings in one place per process.
 */
export async function recordProgram<Result>(
  program: (opts: pulumi.ComponentResourceOptions) => Result | Promise<Result>,
  options: RecordOptions,
): Promise<Recording<Result>> {
  const registered = new Map<string, { inputs: Record<string, unknown>; custom: boolean }>();
  const seen: { type: string; name: string; options: pulumi.ResourceOptions; resource: pulumi.Resource }[] =
    [];

  await pulumi.runtime.setMocks(
    {
      newResource(args) {
        registered.set(`${args.type} ${args.name}`, { inputs: args.inputs, custom: args.custom !== false });
        const outputs = options.preview ? {} : options.outputs?.(args.type, args.inputs);
        return { id: options.preview ? undefined : `${args.name}-id`, state: { ...args.inputs, ...outputs } };
      },
      call: () => ({}),
    },
    "edge-lab",
    "test",
    options.preview,
  );
  const result = await program({
    transformations: [
      ({ type, name, opts, resource }) => {
        seen.push({ type, name, options: opts, resource });
        return undefined;
      },
    ],
  });
  const resources = await Promise.all(
    seen.map(async ({ type, name, options: opts, resource }): Promise<RecordedResource> => {
      const urn = await urnOf(resource);
      const { inputs = {}, custom = false } = registered.get(`${type} ${name}`) ?? {};
      return {
        type,
        name,
        urn,
        custom,
        inputs: withSecrets(inputs) as Record<string, unknown>,
        readable: withoutSecrets(inputs) as Record<string, unknown>,
        options: opts,
        dependsOn: await dependenciesOf(opts),
        parent: opts.parent ? await urnOf(opts.parent) : undefined,
      };
    }),
  );
  await pulumi.runtime.disconnect();
  return new Recording(result, resources);
}

async function dependenciesOf({ dependsOn }: pulumi.ResourceOptions): Promise<string[]> {
  const list = await settled(pulumi.output(dependsOn ?? []));
  return Promise.all([list].flat().map(urnOf));
}

function urnOf(resource: pulumi.Resource): Promise<string> {
  return settled(resource.urn);
}

/** The value of an output that is known in previews too. */
function settled<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value));
  });
}
