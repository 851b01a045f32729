import * as z from "zod";

/** What an object is called. */
export interface ObjectNaming {
  /** Its name among the document's components; without it the schema is written where it is used. */
  readonly id?: string;
  readonly about: string;
}

/**
 * An object as it is sent to us: a member nobody knows is refused, for a misspelled one would be lost
 * without a word.
 */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape, naming: ObjectNaming) {
  return z.strictObject(shape).meta(namingOf(naming));
}

/**
 * An object as we send it: a client passes over members it does not know, so that a newer release may add
 * some, and what is not described here never leaves the server.
 */
export function open<Shape extends z.core.$ZodLooseShape>(shape: Shape, naming: ObjectNaming) {
  return z.object(shape).meta(namingOf(naming));
}

/** A list of at most `max` entries. */
export function list<Item extends z.ZodType>(
  about: string,
  item: Item,
  { max, min = 0 }: { readonly max: number; readonly min?: number },
) {
  return z.array(item).min(min).max(max).meta({ description: about });
}

/** An object with names of any kind: at most `max` of them. */
export function record<Key extends z.core.$ZodRecordKey, Value extends z.ZodType>(
  about: string,
  [key, value]: readonly [Key, Value],
  { max }: { readonly max: number },
) {
  return z
    .record(key, value)
    .refine((entries) => Object.keys(entries).length <= max, {
      error: `expected at most ${max} members`,
    })
    .meta({ description: about, maxProperties: max });
}

function namingOf({ id, about }: ObjectNaming): { description: string; id?: string } {
  return { description: about, ...(id === undefined ? {} : { id }) };
}
