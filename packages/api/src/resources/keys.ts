import { defineRoute } from "../contract/define-route.ts";
import { appId } from "../fields/identifiers.ts";
import { moment } from "../fields/number-fields.ts";
import { open, strict } from "../fields/object-fields.ts";
import { choice, patterned, secret } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";

const TAG = "Keys";

/** Apple names keys by ten letters and digits; how many is documented nowhere: UNCONFIRMED, so more are let through. */
const keyId = patterned("The key's id, as App Store Connect shows it.", {
  pattern: /^[A-Za-z0-9]{1,64}$/,
  expected: "letters and digits",
  max: 64,
  example: "2X9R4HXF34",
});

const issuerId = patterned("The issuer's id, as App Store Connect shows it above the keys.", {
  pattern: /^[A-Za-z0-9-]{1,64}$/,
  expected: "letters, digits and hyphens, as in a UUID",
  max: 64,
  example: "57246542-96fe-1a63-e053-0824d011072a",
});

const privateKey = secret(
  "The text of Apple's .p8 file. It is sealed at once and never read back.",
  { max: 4096, example: "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----\n" },
);

const state = choice(
  "Whether it is the key that signs; there is one active key, others stand by.",
  ["active", "standby"],
);

const usedShape = {
  state,
  createdAt: moment("When it was added."),
  lastUsedAt: moment("When it last signed anything, to the minute; absent before.").optional(),
};

const inAppPurchaseKeySchema = open(
  { keyId, issuerId, ...usedShape },
  {
    id: "InAppPurchaseKey",
    about:
      "An In-App Purchase key, which signs offers and calls Apple's StoreKit APIs. Without its private part.",
  },
);

const kind = choice(
  "A team's key has an issuer; an individual key belongs to one person and has none.",
  ["team", "individual"],
);

const connectKeySchema = open(
  { keyId, kind, issuerId: issuerId.optional(), ...usedShape },
  {
    id: "ConnectKey",
    about: "An App Store Connect key, which reads the catalog. Without its private part.",
  },
);

const keyParams = { app: appId, key: keyId };

const ROTATION =
  "To rotate, add the new key, activate it, see it used, and delete the old one, here and in App Store Connect.";

/** Adds an In-App Purchase key. */
export const addInAppPurchaseKey = defineRoute({
  operationId: "addInAppPurchaseKey",
  method: "POST",
  path: "/v1/apps/{app}/in-app-purchase-keys",
  tag: TAG,
  summary: "Add an In-App Purchase key",
  description: `Adds an In-App Purchase key, which is another kind than an App Store Connect key although both are .p8 files. The first is active at once, a later one stands by. ${ROTATION} CONFLICT where there is a key with this id.`,
  access: "admin",
  params: { app: appId },
  body: strict(
    { keyId, issuerId, privateKey },
    { id: "NewInAppPurchaseKey", about: "The key to add." },
  ),
  isCreation: true,
  success: {
    status: 201,
    about: "The key without its private part.",
    body: inAppPurchaseKeySchema,
  },
  errors: ["CONFLICT"],
});

/** Lists In-App Purchase keys. */
export const listInAppPurchaseKeys = defineRoute({
  operationId: "listInAppPurchaseKeys",
  method: "GET",
  path: "/v1/apps/{app}/in-app-purchase-keys",
  tag: TAG,
  summary: "List In-App Purchase keys",
  description: "Lists an app's In-App Purchase keys without their private parts, the newest first.",
  access: "admin",
  params: { app: appId },
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of keys.",
    body: page("InAppPurchaseKeyPage", "A page of keys.", inAppPurchaseKeySchema),
  },
});

/** Makes an In-App Purchase key the one that signs. */
export const activateInAppPurchaseKey = defineRoute({
  operationId: "activateInAppPurchaseKey",
  method: "POST",
  path: "/v1/apps/{app}/in-app-purchase-keys/{key}/activate",
  tag: TAG,
  summary: "Activate an In-App Purchase key",
  description:
    "Makes this the key that signs; the one before stands by. What is live is published again with the new key, under a higher sequence. Activating the active key changes nothing.",
  access: "admin",
  params: keyParams,
  success: { status: 200, about: "The key, active.", body: inAppPurchaseKeySchema },
  errors: ["APPLE_REFUSED", "APPLE_UNREACHABLE"],
});

/** Deletes an In-App Purchase key. */
export const deleteInAppPurchaseKey = defineRoute({
  operationId: "deleteInAppPurchaseKey",
  method: "DELETE",
  path: "/v1/apps/{app}/in-app-purchase-keys/{key}",
  tag: TAG,
  summary: "Delete an In-App Purchase key",
  description:
    "Deletes a key that stands by. CONFLICT for the active one while another exists or a live flow signs offers.",
  access: "admin",
  params: keyParams,
  success: { status: 204, about: "Deleted." },
  errors: ["CONFLICT"],
});

/** Adds an App Store Connect key. */
export const addConnectKey = defineRoute({
  operationId: "addConnectKey",
  method: "POST",
  path: "/v1/apps/{app}/connect-keys",
  tag: TAG,
  summary: "Add an App Store Connect key",
  description: `Adds an App Store Connect key for reading the catalog. The first is active at once, a later one stands by. ${ROTATION} CONFLICT where there is a key with this id.`,
  access: "admin",
  params: { app: appId },
  body: strict(
    { keyId, kind, issuerId: issuerId.optional(), privateKey },
    { id: "NewConnectKey", about: "The key to add; a team's key needs its issuer." },
  ).refine((key) => (key.kind === "team") === (key.issuerId !== undefined), {
    path: ["issuerId"],
    error: "expected an issuer for a team's key, and none for an individual one",
  }),
  isCreation: true,
  success: { status: 201, about: "The key without its private part.", body: connectKeySchema },
  errors: ["CONFLICT"],
});

/** Lists App Store Connect keys. */
export const listConnectKeys = defineRoute({
  operationId: "listConnectKeys",
  method: "GET",
  path: "/v1/apps/{app}/connect-keys",
  tag: TAG,
  summary: "List App Store Connect keys",
  description:
    "Lists an app's App Store Connect keys without their private parts, the newest first.",
  access: "admin",
  params: { app: appId },
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of keys.",
    body: page("ConnectKeyPage", "A page of keys.", connectKeySchema),
  },
});

/** Makes an App Store Connect key the one that is used. */
export const activateConnectKey = defineRoute({
  operationId: "activateConnectKey",
  method: "POST",
  path: "/v1/apps/{app}/connect-keys/{key}/activate",
  tag: TAG,
  summary: "Activate an App Store Connect key",
  description:
    "Makes this the key that syncs; the one before stands by. It is tried at App Store Connect first.",
  access: "admin",
  params: keyParams,
  success: { status: 200, about: "The key, active.", body: connectKeySchema },
  errors: ["APPLE_REFUSED", "APPLE_UNREACHABLE"],
});

/** Deletes an App Store Connect key. */
export const deleteConnectKey = defineRoute({
  operationId: "deleteConnectKey",
  method: "DELETE",
  path: "/v1/apps/{app}/connect-keys/{key}",
  tag: TAG,
  summary: "Delete an App Store Connect key",
  description: "Deletes a key. Without any the catalog stays as it was last synced.",
  access: "admin",
  params: keyParams,
  success: { status: 204, about: "Deleted." },
});
