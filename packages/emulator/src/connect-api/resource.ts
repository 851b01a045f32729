/** A thing of the App Store Connect API, with what it leads to. */
export interface Resource {
  /** Like `subscriptionGroups`. */
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Lists of others; each has an address of its own. */
  readonly toMany: Readonly<Record<string, () => readonly Resource[]>>;
  /** Single others, which can be included; `undefined` where there is none. */
  readonly toOne: Readonly<Record<string, () => Resource | undefined>>;
}

/** Returns a resource that leads nowhere but where `related` says. */
export function resource(
  type: string,
  id: string,
  { attributes = {}, toMany = {}, toOne = {} }: Partial<Omit<Resource, "type" | "id">> = {},
): Resource {
  return { type, id, attributes, toMany, toOne };
}
