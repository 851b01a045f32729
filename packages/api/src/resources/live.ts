import * as z from "zod";
import { defineRoute } from "../contract/define-route.ts";
import { appId, environment } from "../fields/identifiers.ts";
import { sequence } from "../fields/number-fields.ts";
import { open } from "../fields/object-fields.ts";
import { choice, text } from "../fields/text-fields.ts";

const TAG = "Runtimes";

const place = { app: appId, environment };

/** A compact JWS, as records of a publisher are. */
const compactJws = (about: string) =>
  text(`${about} A compact JWS of the app's publisher.`, {
    max: 1024 * 1024,
    example: "eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
  });

const sealed = (about: string) =>
  text(`${about} Sealed: only the runtime secret opens it.`, {
    max: 8192,
    example: "1.K.c2VhbGVk",
  });

const liveValueSchema = open(
  {
    format: z
      .literal("holdfast.live/1")
      .meta({ description: "The form of this value.", examples: ["holdfast.live/1"] }),
    publication: compactJws("The publication record."),
    snapshot: z.looseObject({}).meta({
      description: "The snapshot that the record names by its hash, as it was compiled.",
      maxProperties: 100,
      examples: [{ format: "holdfast.snapshot/1" }],
    }),
    signingKey: sealed(
      "The In-App Purchase key; absent for an app that signs no offers.",
    ).optional(),
    pseudonymKey: sealed("The app's pseudonym key."),
  },
  { id: "LiveValue", about: "Everything that makes one app live in one environment." },
);

/** Reads what is live. */
export const readLiveValue = defineRoute({
  operationId: "readLiveValue",
  method: "GET",
  path: "/v1/snapshots/{app}/{environment}",
  tag: TAG,
  summary: "Read what is live",
  description:
    "Reads the live value of an app in an environment, for a runtime: the signed publication record, the snapshot it names and the sealed keys, in one. A runtime verifies the record by a key it knows by configuration, and refuses a lower sequence than it has seen. NOT_FOUND while nothing is live.",
  access: "runtime",
  params: place,
  etag: "conditional",
  success: { status: 200, about: "The live value.", body: liveValueSchema },
});

/** Reads the signed stop list. */
export const readSignedStopList = defineRoute({
  operationId: "readSignedStopList",
  method: "GET",
  path: "/v1/snapshots/{app}/{environment}/stop-list",
  tag: TAG,
  summary: "Read the signed stop list",
  description:
    "Reads the stop list of an app in an environment as its publisher signed it, for a runtime. NOT_FOUND while nothing was ever stopped.",
  access: "runtime",
  params: place,
  etag: "conditional",
  success: {
    status: 200,
    about: "The stop list.",
    body: open(
      { stopList: compactJws("The stop list.") },
      { id: "SignedStopList", about: "The stop list, signed." },
    ),
  },
});

const changedSchema = open(
  {
    ...place,
    what: choice("What changed: the live value or the stop list.", ["live", "stopList"]),
    sequence: sequence("The sequence it has now."),
  },
  { id: "Changed", about: "That something changed; what it is now, a read tells." },
);

/** Tells of changes as they happen. */
export const watchSnapshots = defineRoute({
  operationId: "watchSnapshots",
  method: "GET",
  path: "/v1/snapshots",
  tag: TAG,
  summary: "Be told of changes",
  description:
    "A stream of server-sent events: `changed` for every app and environment the token may see, once for each at the beginning and then whenever its live value or its stop list changes. An event carries no content: read it then, with If-None-Match. A comment comes every 15 seconds, so that a dead connection is noticed. Who reconnects gets the beginning again, so no event is missed and no Last-Event-ID is needed.",
  access: "runtime",
  success: { status: 200, about: "The stream.", events: { changed: changedSchema } },
});
