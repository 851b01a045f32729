import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { createControlClient } from "../../control-plane/control-client.ts";
import { createSessionFetch } from "../../control-plane/session-fetch.ts";
import type { OfflineControl } from "./offline-control.ts";

/** Another person, who may publish. */
export const BOB = { email: "bob@example.com", password: "another correct horse battery" } as const;

/** Lets {@link BOB} join, and returns the control plane as his session sees it. */
export async function joinAsBob({ client, server, io }: OfflineControl): Promise<ApiClient> {
  const { body } = await client.call(routes.createInvitation, {
    body: { email: BOB.email, role: "publisher", apps: "all" },
  });
  const code = body.link.split("#")[1] ?? "";
  const bob = createControlClient({ server: server.url, fetch: createSessionFetch(io) }, io);
  await bob.call(routes.acceptInvitation, {
    body: { code, name: "Bob", password: BOB.password },
  });
  return bob;
}
