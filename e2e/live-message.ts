import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import type { Emulator } from "@holdfast/emulator";

const PLACE = { app: "yoga", environment: "sandbox" } as const;

/** Publishes to the sandbox of `yoga`, over what is live, a flow that answers everybody with one message. */
export async function publishMessage(admin: ApiClient, identifier: string): Promise<void> {
  const source = flowAnswering(identifier);
  const params = PLACE;
  const { body } = await admin.call(routes.createVersion, { params, body: { source } });
  const live = await admin.call(routes.listPublications, { params, query: { limit: 1 } });
  const expectedSequence = live.body.items[0]?.sequence ?? 0;
  await admin.call(routes.publishVersion, {
    params,
    body: { version: body.version, expectedSequence },
  });
}

/** Returns a flow that answers everybody with one message. */
export function flowAnswering(identifier: string): string {
  return `version: 1
app: com.example.yoga
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { id: ${identifier} } } }
rules: []
fallback: { message: stay }
`;
}

/** Returns what a process answers the App Store: the message's identifier, or the status where it is none. */
export async function answeredMessage(
  emulator: Emulator,
  url: string,
): Promise<string | number | undefined> {
  const [subscriber] = emulator.subscribers(PLACE);
  const originalTransactionId = subscriber?.originalTransactionId ?? "";
  const signed = await emulator.signedRequest({ ...PLACE, originalTransactionId });
  const response = await fetch(`${url}/apple/retention/yoga/sandbox`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(signed),
  });
  const text = await response.text();
  if (response.status !== 200) return response.status;
  // What Apple is answered: a message, for every flow here.
  const { message } = JSON.parse(text) as { readonly message?: { messageIdentifier?: string } };
  return message?.messageIdentifier;
}
