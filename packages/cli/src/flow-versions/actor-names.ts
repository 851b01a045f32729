import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { readIfAllowed } from "../control-plane/read-if-allowed.ts";

/**
 * Returns how people know a person or a token: `Ada`, `Ada (CI of the iOS app)` for a token of hers, or the
 * id where the name may not be seen.
 */
export type NameOf = (id: string | undefined) => string;

/**
 * Reads the names of people and tokens. An admin sees everybody's; others see their own tokens, and ids
 * of everybody else. Nobody is the system.
 *
 * @throws ControlCallError
 */
export async function readActorNames(client: ApiClient): Promise<NameOf> {
  const names = new Map<string, string>();
  await readIfAllowed(async () => {
    for await (const { id, name } of client.items(routes.listPeople)) names.set(id, name);
  });
  await readIfAllowed(async () => {
    for await (const { id, name, createdBy } of client.items(routes.listTokens)) {
      const owner = names.get(createdBy);
      names.set(id, owner === undefined ? `token ${name}` : `${owner} (${name})`);
    }
  });
  return (id) => (id === undefined ? "the system" : (names.get(id) ?? id));
}
