/** Returns the position of a row in a list by time of creation. */
export function creationPosition(row: {
  readonly created_at: number;
  readonly id: string;
}): readonly [createdAt: number, id: string] {
  return [row.created_at, row.id];
}
