import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { build } from "esbuild";
import { NODE_GLOBAL_MARKS } from "./node-globals.ts";
import type { WorkerConfig } from "../workers/index.ts";

const WORKERS = fileURLToPath(new URL("../workers/", import.meta.url));
/** What sources are named after: the folder that holds all rooms. */
const ROOMS = fileURLToPath(new URL("../../../", import.meta.url));
const ENTRY = "worker-entry.ts";

/** A Worker in one file. */
export interface WorkerBundle {
  /** One ES module whose default export is the Worker. */
  readonly code: string;
  /** The code's size. */
  readonly bytes: number;
  /** The code's size as Cloudflare counts it: compressed with gzip. */
  readonly gzippedBytes: number;
  /** What it still imports when it runs; the platform has to have it. */
  readonly imports: readonly string[];
  /** The sources it is made of, sorted, like `runtime/src/answer/runtime.ts`. */
  readonly inputs: readonly string[];
}

/** Returns a Worker with its configuration inside, minified. The same input gives the same code. */
export async function bundleWorker(config: WorkerConfig): Promise<WorkerBundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entryOf(config), resolveDir: WORKERS, sourcefile: ENTRY, loader: "ts" },
    absWorkingDir: ROOMS,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    // What the platform has is left for `checkWorkerBundle` to judge.
    external: ["node:*", "cloudflare:*"],
    define: { ...NODE_GLOBAL_MARKS },
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const code = outputFiles[0]?.text ?? "";
  const [output] = Object.values(metafile.outputs);
  const { length: gzippedBytes } = await promisify(gzip)(code, { level: 9 });
  return {
    code,
    bytes: Buffer.byteLength(code),
    gzippedBytes,
    imports: (output?.imports ?? []).map(({ path }) => path).toSorted(),
    inputs: inputsOf(metafile.inputs),
  };
}

/** Parsed when it starts and not written as an object, in which an app called `__proto__` would be lost. */
function entryOf(config: WorkerConfig): string {
  const text = JSON.stringify(JSON.stringify(config));
  return `import { createWorker } from "./index.ts";\nexport default createWorker(JSON.parse(${text}));\n`;
}

function inputsOf(inputs: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(inputs)
    .filter((input) => input !== ENTRY)
    .toSorted();
}
