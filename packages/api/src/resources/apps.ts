import { REALTIME_URL_MAX_CHARACTERS } from "@holdfast/appstore/retention-messaging";
import type * as z from "zod";
import { defineRoute } from "../contract/define-route.ts";
import { appAppleId, appId, bundleId, httpsUrl } from "../fields/identifiers.ts";
import { moment, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { patterned, text } from "../fields/text-fields.ts";
import { page, pageQuery } from "../paging/page.ts";

const TAG = "Apps";

const appName = text("The app's name, as the console shows it.", { max: 120, example: "Yoga" });

/** A certificate as PEM; what is inside is checked when it is used. */
const rootPem = patterned("A root certificate as PEM.", {
  pattern: /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/,
  expected: "one certificate as PEM",
  max: 8192,
  example: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
});

const settingsShape = {
  trustedRoots: list(
    "Roots that signed data may come from beside Apple Root CA - G3: for a local App Store. Refused for production unless the server allows it.",
    rootPem,
    { max: 8 },
  ),
  realtimeBaseUrl: httpsUrl(
    "Where the outside world reaches the runtime; Apple is told this with /apple/retention/{app}/{environment} behind it. Different per environment at best.",
    { max: REALTIME_URL_MAX_CHARACTERS - 100, example: "https://retention.example.com" },
  ).optional(),
  requiredApprovals: whole(
    "How many people other than its author must approve a version before it is published.",
    {
      min: 0,
      max: 5,
      example: 1,
    },
  ),
};

/** The three settings with their defaults, as they are sent to us. */
const newSettingsSchema = strict(
  {
    trustedRoots: settingsShape.trustedRoots.default([]),
    realtimeBaseUrl: settingsShape.realtimeBaseUrl,
    requiredApprovals: settingsShape.requiredApprovals.default(0),
  },
  { id: "NewEnvironmentSettings", about: "How an app is served in one environment." },
);

const settingsSchema = open(settingsShape, {
  id: "EnvironmentSettings",
  about: "How an app is served in one environment.",
});

/** Settings of both environments, with `schema` for each. */
function bothEnvironments<Schema extends z.ZodType>(schema: Schema) {
  return { sandbox: schema.optional(), production: schema.optional() };
}

const appSchema = open(
  {
    id: appId,
    name: appName,
    bundleId,
    appAppleId,
    environments: open(bothEnvironments(settingsSchema), {
      about: "The environments that are served; one that is absent is not.",
    }),
    createdAt: moment("When it was created."),
    updatedAt: moment("When it was last changed."),
  },
  { id: "App", about: "An app in the App Store that is answered for." },
);

/** Creates an app. */
export const createApp = defineRoute({
  operationId: "createApp",
  method: "POST",
  path: "/v1/apps",
  tag: TAG,
  summary: "Create an app",
  description:
    "Creates an app with the environments that are served. Needs the role for all apps. Its pseudonym key is made now and never changes. CONFLICT where the id or the bundle id is taken.",
  access: "admin",
  body: strict(
    {
      id: appId,
      name: appName,
      bundleId,
      appAppleId,
      environments: strict(bothEnvironments(newSettingsSchema), {
        about: "The environments to serve; an empty object is enough for one.",
      }),
    },
    { id: "NewApp", about: "The app to create." },
  ),
  // Sixteen certificates of 8 KB, written as JSON.
  maxBodyBytes: 256 * 1024,
  isCreation: true,
  etag: "returned",
  success: { status: 201, about: "The app.", body: appSchema },
  errors: ["CONFLICT"],
});

/** Lists apps. */
export const listApps = defineRoute({
  operationId: "listApps",
  method: "GET",
  path: "/v1/apps",
  tag: TAG,
  summary: "List apps",
  description: "Lists the apps the caller may see, by id.",
  access: "viewer",
  query: pageQuery,
  isPaged: true,
  success: {
    status: 200,
    about: "A page of apps.",
    body: page("AppPage", "A page of apps.", appSchema),
  },
});

/** Reads an app. */
export const readApp = defineRoute({
  operationId: "readApp",
  method: "GET",
  path: "/v1/apps/{app}",
  tag: TAG,
  summary: "Read an app",
  description: "Reads an app, with the ETag that editing it needs.",
  access: "viewer",
  params: { app: appId },
  etag: "returned",
  success: { status: 200, about: "The app.", body: appSchema },
});

/** Edits an app. */
export const updateApp = defineRoute({
  operationId: "updateApp",
  method: "PATCH",
  path: "/v1/apps/{app}",
  tag: TAG,
  summary: "Edit an app",
  description:
    "Changes what is given and leaves the rest; an environment that is given is replaced whole. The id, the bundle id and the App Store's id stay for good.",
  access: "admin",
  params: { app: appId },
  body: strict(
    {
      name: appName.optional(),
      environments: strict(bothEnvironments(newSettingsSchema), {
        about: "The environments to replace or to begin with.",
      }).optional(),
    },
    { id: "AppChange", about: "What to change; the rest stays." },
  ),
  maxBodyBytes: 256 * 1024,
  etag: "required",
  success: { status: 200, about: "The app as changed.", body: appSchema },
});

/** Deletes an app. */
export const deleteApp = defineRoute({
  operationId: "deleteApp",
  method: "DELETE",
  path: "/v1/apps/{app}",
  tag: TAG,
  summary: "Delete an app",
  description:
    "Deletes an app with its keys, drafts, versions and history. What Apple has stays there. CONFLICT while something is live in an environment: pause it and delete the real-time URL first.",
  access: "admin",
  params: { app: appId },
  etag: "required",
  success: { status: 204, about: "Deleted." },
  errors: ["CONFLICT"],
});
