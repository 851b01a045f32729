import type { ApiCall } from "./api-route.ts";
import { REFUSALS } from "./cloudflare-error.ts";
import { membersOf, readBody } from "./json-body.ts";

/** A binding of a Worker, as wrangler uploads it. */
export interface ScriptBinding {
  readonly name: string;
  /** Like `plain_text`, `secret_text`, `kv_namespace`, `queue`; others are kept as they came. */
  readonly type: string;
  readonly [member: string]: unknown;
}

/** A module of a Worker. */
interface ScriptModule {
  readonly name: string;
  /** Like `application/javascript+module`. */
  readonly type: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** What was uploaded. */
export interface ScriptUpload {
  readonly mainModule: string;
  readonly modules: readonly ScriptModule[];
  readonly bindings: readonly ScriptBinding[];
  /** Types of bindings that are kept from the version before where this one does not name them. */
  readonly keptTypes: readonly string[];
  readonly compatibilityDate: string | undefined;
  readonly compatibilityFlags: readonly string[];
  /** All the rest as well, as it came. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Returns what a form uploads: its part `metadata` is JSON, each other a module. Throws what is refused.
 *
 * @see https://developers.cloudflare.com/workers/configuration/multipart-upload-metadata/
 */
export async function readUpload({ request }: ApiCall): Promise<ScriptUpload> {
  const form = await readForm(request);
  const metadata = parseMetadata(await textOf(form.get("metadata")));
  const modules = await Promise.all(
    [...form].flatMap(([name, part]) => (name === "metadata" ? [] : [toModule(name, part)])),
  );
  const { main_module: main } = metadata;
  if (typeof main !== "string" || !modules.some(({ name }) => name === main)) {
    throw REFUSALS.invalid("metadata must name a main_module that was uploaded");
  }
  return {
    mainModule: main,
    modules,
    bindings: arrayIn(metadata, "bindings").map(toBinding),
    keptTypes: arrayIn(metadata, "keep_bindings").map(String),
    compatibilityDate: textIn(metadata, "compatibility_date"),
    compatibilityFlags: arrayIn(metadata, "compatibility_flags").map(String),
    metadata,
  };
}

async function readForm(request: Request): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  const body = await readBody(request);
  try {
    return await new Response(body, { headers: { "content-type": type } }).formData();
  } catch {
    throw REFUSALS.invalid("expected a form with the metadata and the modules of a Worker");
  }
}

async function textOf(part: File | string | null): Promise<string> {
  return new Response(part ?? "").text();
}

function parseMetadata(text: string): Readonly<Record<string, unknown>> {
  try {
    return membersOf(JSON.parse(text));
  } catch {
    throw REFUSALS.invalid("the metadata must be JSON");
  }
}

async function toModule(name: string, part: File | string): Promise<ScriptModule> {
  const content = new Uint8Array(await new Response(part).arrayBuffer());
  return { name, type: typeof part === "string" ? "text/plain" : part.type, content };
}

function toBinding(value: unknown): ScriptBinding {
  const binding = membersOf(value);
  const { name, type } = binding;
  if (typeof name === "string" && typeof type === "string") return { ...binding, name, type };
  throw REFUSALS.invalid("a binding must have a name and a type");
}

function arrayIn(metadata: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  const value = metadata[name];
  return Array.isArray(value) ? value : [];
}

function textIn(metadata: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = metadata[name];
  return typeof value === "string" ? value : undefined;
}
