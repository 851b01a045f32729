import { isRoleAtLeast, routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { readIfAllowed } from "../control-plane/read-if-allowed.ts";
import { readVersion } from "../flow-versions/read-version.ts";
import type { AppAtControl } from "../flow-versions/read-version.ts";

/**
 * Says who can approve a version: by their names to an admin, who alone sees them; by their role to others.
 *
 * @throws ControlCallError
 */
export async function sayApprovers(place: AppAtControl, version: number): Promise<string> {
  const names = await readIfAllowed(() => findApprovers(place, version));
  if (names === undefined) return "a publisher or an admin other than whoever saved it";
  return names.length === 0
    ? "nobody yet, for it must be a publisher or an admin other than whoever saved it,"
    : names.join(" or ");
}

async function findApprovers(
  { client, app }: AppAtControl,
  version: number,
): Promise<readonly string[]> {
  const names: string[] = [];
  const { createdBy } = await readVersion({ client, app }, version);
  const author = (await findTokenOwner(client, createdBy)) ?? createdBy;
  for await (const { id, name, role, apps, isDisabled } of client.items(routes.listPeople)) {
    const seesApp = apps === "all" || apps.includes(app);
    if (isRoleAtLeast(role, "publisher") && seesApp && !isDisabled && id !== author) {
      names.push(name);
    }
  }
  return names;
}

/** A token saves as the person it belongs to, who cannot approve it either. */
async function findTokenOwner(client: ApiClient, id: string): Promise<string | undefined> {
  for await (const token of client.items(routes.listTokens)) {
    if (token.id === id) return token.createdBy;
  }
  return undefined;
}
