import { z } from "zod";
import type { Clock } from "../power/clock.ts";
import type { ApiReader } from "./api-reader.ts";
import { KubernetesError } from "./kubernetes-error.ts";

export interface ResourceWatchOptions<Fact> {
  readonly reader: Pick<ApiReader, "list" | "watch">;
  /** Of the collection, from the server's root. */
  readonly path: string;
  /** What is kept of an object; undefined for one that cannot be read. */
  readonly read: (object: unknown) => Fact | undefined;
  readonly clock: Clock;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** Told when what is wrong changes; undefined when all is well (again). */
  readonly onProblem: (problem: string | undefined) => void;
}

/** Between two watches, and at first after a failure. */
const PAUSE_MS = { first: 1_000, most: 60_000 } as const;
/** Watches that end in order, but at once, must not become a storm either. */
const SOUND_MS = 30_000;

/** A bookmark has no name. */
const identity = z.object({
  metadata: z.object({ name: z.string().default(""), resourceVersion: z.string() }),
});

/**
 * The objects of one collection, kept up to date by a list and a watch from there on. A failure is followed by another list after a
 * pause that grows up to a minute; what was known before stays known meanwhile.
 */
export class ResourceWatch<Fact> {
  readonly #options: ResourceWatchOptions<Fact>;
  readonly #end = new AbortController();
  #known = new Map<string, Fact>();
  #revision = 0;
  #told: { readonly problem: string | undefined } | undefined;
  #failures = 0;
  #wake = (): void => undefined;

  constructor(options: ResourceWatchOptions<Fact>) {
    this.#options = options;
    void this.#run();
  }

  /** By name. */
  get items(): ReadonlyMap<string, Fact> {
    return this.#known;
  }

  /** Another one whenever the items are others. */
  get revision(): number {
    return this.#revision;
  }

  close(): void {
    this.#end.abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    let version: string | undefined;
    while (!this.#end.signal.aborted) {
      const began = clock.elapsed();
      try {
        version ??= await this.#list();
        this.#tell(undefined);
        version = await this.#follow(version);
        this.#failures = clock.elapsed() - began < SOUND_MS ? this.#failures + 1 : 0;
      } catch (error) {
        if (this.#end.signal.aborted) return;
        version = undefined;
        this.#failures += 1;
        const kind = error instanceof KubernetesError ? error.kind : undefined;
        // Gone with its kind. What is only outdated is not wrong: it is asked for anew.
        if (kind === "unknown") this.#become(new Map());
        if (kind !== "outdated") this.#tell(error instanceof Error ? error.message : String(error));
      }
      await this.#pause();
    }
  }

  async #list(): Promise<string> {
    const { reader, path } = this.#options;
    const { items, version } = await reader.list(path, this.#end.signal);
    const known = new Map<string, Fact>();
    for (const item of items) this.#take(known, item);
    this.#become(known);
    return version;
  }

  #become(known: Map<string, Fact>): void {
    this.#known = known;
    this.#revision += 1;
  }

  /** @returns the version up to which everything is known */
  async #follow(from: string): Promise<string> {
    const { reader, path } = this.#options;
    let version = from;
    await reader.watch(
      path,
      from,
      ({ type, object }) => {
        version = identityOf(object).resourceVersion;
        if (type === "BOOKMARK") return;
        if (type === "DELETED") this.#known.delete(identityOf(object).name);
        else this.#take(this.#known, object);
        this.#revision += 1;
      },
      this.#end.signal,
    );
    return version;
  }

  #take(known: Map<string, Fact>, object: unknown): void {
    const { name } = identityOf(object);
    const fact = this.#options.read(object);
    if (fact === undefined) known.delete(name);
    else known.set(name, fact);
  }

  #tell(problem: string | undefined): void {
    if (this.#told && problem === this.#told.problem) return;
    this.#told = { problem };
    this.#options.onProblem(problem);
  }

  #pause(): Promise<void> {
    const { clock, random } = this.#options;
    const longest = Math.min(PAUSE_MS.first * 2 ** Math.max(0, this.#failures - 1), PAUSE_MS.most);
    return new Promise((resolve) => {
      const cancel = clock.after(longest * (0.5 + random() / 2), resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
      if (this.#end.signal.aborted) this.#wake();
    });
  }
}

function identityOf(object: unknown): { readonly name: string; readonly resourceVersion: string } {
  const { data } = identity.safeParse(object);
  if (!data) throw new KubernetesError("unreachable", "the Kubernetes API sent an object without a version");
  return data.metadata;
}
