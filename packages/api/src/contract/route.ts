import type * as z from "zod";
import type { ApiErrorCode } from "../errors/api-error-codes.ts";
import type { Access } from "./access.ts";

/** The methods operations have. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Schemas by the names of fields. */
export type FieldShape = Readonly<Record<string, z.ZodType>>;

/** What an operation answers when it succeeds: one status, one body. */
interface SuccessDefinition {
  readonly status: 200 | 201 | 202 | 204;
  readonly about: string;
  /** The JSON it sends; none with 204. */
  readonly body?: z.ZodType;
  /** In place of a body: the data of server-sent events, by the events' names. */
  readonly events?: FieldShape;
}

/** An operation as data: what is written once, and everything else is made from. */
export interface RouteDefinition {
  /** Its name in the document and in errors, like `createApp`. */
  readonly operationId: string;
  readonly method: Method;
  /** With `{name}` where a parameter stands. */
  readonly path: `/v1/${string}`;
  /** The group it is documented in. */
  readonly tag: string;
  /** A few words. */
  readonly summary: string;
  /** Sentences: what it does, and what one must know to use it. */
  readonly description: string;
  readonly access: Access;
  /** The parameters in the path: all of them, and no others. */
  readonly params?: FieldShape;
  readonly query?: FieldShape;
  readonly body?: z.ZodType;
  /** The most bytes of the body; default {@link DEFAULT_MAX_BODY_BYTES}. */
  readonly maxBodyBytes?: number;
  readonly success: SuccessDefinition;
  /** The codes it answers with beyond those every operation of its kind has. */
  readonly errors?: readonly ApiErrorCode[];
  /** Makes something new: takes an Idempotency-Key, and with it a repetition makes nothing twice. */
  readonly isCreation?: true;
  /**
   * - `returned`: a success has an ETag, for a later edit
   * - `conditional`: so too, and If-None-Match is answered with 304 while nothing changed
   * - `required`: If-Match must hold the resource's ETag; a success with a body has the new one
   */
  readonly etag?: "returned" | "conditional" | "required";
  /** A list with `limit` and `cursor`. */
  readonly isPaged?: true;
}

/** The most bytes of a body where an operation names no other number. */
export const DEFAULT_MAX_BODY_BYTES = 64 * 1024;

/** An operation, checked, with the schemas of its path and its query. */
export type Route<Definition extends RouteDefinition = RouteDefinition> = Definition & {
  readonly schemas: { readonly params: z.ZodObject; readonly query: z.ZodObject };
};

/** The names of a path's parameters. */
export type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;
