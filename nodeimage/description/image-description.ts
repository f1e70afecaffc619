import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { parse } from "yaml";
import { type ImageVars, imageVarsSchema } from "../../components/config/image-vars.ts";
import { ImageError } from "./image-error.ts";

/** A file of templates/: rendered when its name ends in .j2, else taken as it is. */
export interface SourceFile {
  /** Path in the image, without the leading slash and without .j2. */
  readonly path: string;
  /** Path below the description's folder, for messages. */
  readonly source: string;
  readonly template: boolean;
  readonly executable: boolean;
  readonly content: Buffer;
}

/** One folder that describes a node image: Containerfile, vars.yaml, templates/. */
export interface ImageDescription {
  readonly folder: string;
  readonly containerfile: string;
  /** The defaults. */
  readonly vars: ImageVars;
  readonly files: readonly SourceFile[];
}

/** Files are held in memory while they are hashed and copied. */
const largestFile = 64 * 1024 * 1024;

/**
 * Reads a description's folder.
 * @throws ImageError for what is missing, what is no regular file, and two files for one place.
 */
export function readDescription(folder: string): ImageDescription {
  const text = (name: string): string => {
    const path = join(folder, name);
    if (!existsSync(path)) {
      throw new ImageError(
        `${path} is missing: an image's folder holds Containerfile, vars.yaml and templates/`,
      );
    }
    return readFileSync(path, "utf8");
  };
  const containerfile = text("Containerfile");
  const vars = parsedVars(join(folder, "vars.yaml"), text("vars.yaml"));
  const templates = join(folder, "templates");
  const files = existsSync(templates) ? sourceFiles(folder, templates) : [];
  const bySource = new Map<string, string>();
  for (const { path, source } of files) {
    const other = bySource.get(path);
    if (other !== undefined)
      throw new ImageError(`${other} and ${source} are both /${path}: remove one of them`);
    bySource.set(path, source);
  }
  return { folder, containerfile, vars, files };
}

function parsedVars(path: string, text: string): ImageVars {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new ImageError(`${path} is not YAML: ${error instanceof Error ? error.message : "unknown"}`, {
      cause: error,
    });
  }
  const result = imageVarsSchema.safeParse(content);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    (issue) => `  ${issue.path.join(".") || "(the file)"}: ${issue.message.replaceAll("\n", ". Fix: ")}`,
  );
  throw new ImageError(`${path} has mistakes:\n${lines.join("\n")}`);
}

/** In the order of their names, whatever order the file system lists them in. */
function sourceFiles(folder: string, under: string): SourceFile[] {
  const names = readdirSync(under).sort();
  return names.flatMap((name) => {
    const path = join(under, name);
    const stat = lstatSync(path);
    const source = relative(folder, path).split(sep).join("/");
    if (stat.isDirectory()) return sourceFiles(folder, path);
    if (!stat.isFile()) throw new ImageError(`${path} is no regular file: make links in the Containerfile`);
    if (stat.size > largestFile) {
      throw new ImageError(`${path} has more than 64 MiB: download or install it in the Containerfile`);
    }
    const template = name.endsWith(".j2");
    const inImage = source.slice("templates/".length);
    return [
      {
        path: template ? inImage.slice(0, -".j2".length) : inImage,
        source,
        template,
        executable: (stat.mode & 0o100) !== 0,
        content: readFileSync(path),
      },
    ];
  });
}
