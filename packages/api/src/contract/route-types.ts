import type * as z from "zod";
import type { FieldShape, Route } from "./route.ts";

/** An object of which nothing is asked. */
// eslint-disable-next-line typescript/no-generated-empty-object-type, typescript/no-empty-object-type -- it is what is meant
export type Nothing = Readonly<Record<never, never>>;

/** The object a shape describes, as it is once read. */
type Read<Shape extends FieldShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

/** The object a shape describes, as a caller writes it. */
type Written<Shape extends FieldShape> = z.input<z.ZodObject<Shape, z.core.$strict>>;

/** What a handler of the operation is given: everything valid. */
export type RouteInput<R extends Route> = {
  readonly params: R extends { readonly params: infer Shape extends FieldShape }
    ? Read<Shape>
    : Nothing;
  readonly query: R extends { readonly query: infer Shape extends FieldShape }
    ? Read<Shape>
    : Nothing;
} & (R extends { readonly body: infer Body extends z.ZodType }
  ? { readonly body: z.output<Body> }
  : unknown) &
  (R extends { readonly isCreation: true }
    ? { readonly idempotencyKey?: string | undefined }
    : unknown) &
  (R extends { readonly etag: "required" } ? { readonly ifMatch: string } : unknown) &
  (R extends { readonly etag: "conditional" }
    ? { readonly ifNoneMatch?: readonly string[] | undefined }
    : unknown);

/** The JSON a success has; undefined where it has none. */
export type RouteBody<R extends Route> = R["success"] extends {
  readonly body: infer Body extends z.ZodType;
}
  ? z.output<Body>
  : undefined;

/** What a handler of the operation returns. */
export type RouteAnswer<R extends Route> = (R["success"] extends {
  readonly body: infer Body extends z.ZodType;
}
  ? { readonly body: z.input<Body> }
  : unknown) &
  (R extends { readonly etag: "returned" | "conditional" }
    ? { readonly etag: string }
    : R extends { readonly etag: "required"; readonly success: { readonly body: z.ZodType } }
      ? { readonly etag: string }
      : { readonly etag?: undefined }) & {
    /** Further headers, like Set-Cookie. */
    readonly headers?: Readonly<Record<string, string>> | undefined;
  };

/** What a caller of the operation gives. */
export type CallInput<R extends Route> = (R extends {
  readonly params: infer Shape extends FieldShape;
}
  ? { readonly params: Written<Shape> }
  : unknown) &
  (R extends { readonly query: infer Shape extends FieldShape }
    ? Nothing extends Written<Shape>
      ? { readonly query?: Written<Shape> | undefined }
      : { readonly query: Written<Shape> }
    : unknown) &
  (R extends { readonly body: infer Body extends z.ZodType }
    ? { readonly body: z.input<Body> }
    : unknown) &
  (R extends { readonly isCreation: true }
    ? {
        /** By default made anew for every call, and kept for its repetitions. */
        readonly idempotencyKey?: string | undefined;
      }
    : unknown) &
  (R extends { readonly etag: "required" } ? { readonly ifMatch: string } : unknown) &
  (R extends { readonly etag: "conditional" }
    ? { readonly ifNoneMatch?: string | undefined }
    : unknown) & {
    /** Ends the call, waits included. */
    readonly signal?: AbortSignal | undefined;
  };
