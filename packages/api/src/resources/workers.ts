import { defineRoute } from "../contract/define-route.ts";
import { appId, environment } from "../fields/identifiers.ts";
import { moment, sequence, whole } from "../fields/number-fields.ts";
import { list, open, strict } from "../fields/object-fields.ts";
import { patterned, secret, text } from "../fields/text-fields.ts";

const TAG = "Workers";

const PATH = "/v1/apps/{app}/workers";

/** Cloudflare's ids are 32 hexadecimal digits today; nothing promises it, so more is let through. */
const cloudflareId = (about: string, example: string) =>
  patterned(about, {
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
    expected: "letters, digits, _ and -",
    max: 64,
    example,
  });

const accountId = cloudflareId(
  "The Cloudflare account's id, as `wrangler whoami` shows it.",
  "9a7806061c88ada191ed06f989cc3dac",
);

const namespaceId = cloudflareId(
  "The id of the Workers KV namespace that the app's Workers are bound to.",
  "0f2ac74b498b48028cb68387c421e279",
);

const apiToken = secret(
  "An API token of Cloudflare with the permission Workers KV Storage: Edit on the account, and nothing else. It is sealed at once and never read back.",
  { max: 512, example: "v1.0-abcdef-your-token-of-cloudflare" },
);

/** What a header can carry. */
const TOKEN = /^[\x21-\x7e]+$/;

const problem = text("Our code for why the last attempt failed; absent where it went well.", {
  max: 64,
  example: "CLOUDFLARE_REFUSED",
}).optional();

const count = (about: string, example: number) =>
  whole(about, { min: 0, max: Number.MAX_SAFE_INTEGER, example });

const writtenValueSchema = open(
  {
    sequence: sequence("The sequence that was written; absent before the first.").optional(),
    writtenAt: moment("When it was written; absent before the first time.").optional(),
    waitingSequence: sequence(
      "The sequence that waits to be written; absent where nothing does. The same as `sequence` where only the keys changed.",
    ).optional(),
    failingSince: moment(
      "Since when every attempt failed; absent where the last went well.",
    ).optional(),
    problem,
  },
  { id: "WorkersValue", about: "How a value in the namespace stands." },
);

const targetSchema = open(
  {
    accountId,
    namespaceId,
    connectedAt: moment("When the namespace or its token was last given."),
    environments: list(
      "What was written of each environment; one of which nothing is live or stopped has neither.",
      open(
        {
          environment,
          live: writtenValueSchema.optional(),
          stopList: writtenValueSchema.optional(),
        },
        { id: "WorkersEnvironment", about: "What was written of an environment." },
      ),
      { max: 2 },
    ),
    subscribers: open(
      {
        pending: count("How many subscribers' states wait to be written.", 0),
        written: count("How many were written.", 41_200),
        lastWrittenAt: moment("When the last were written; absent before.").optional(),
        problem,
      },
      { id: "WorkersSubscribers", about: "What was written of subscribers." },
    ),
  },
  { id: "WorkersTarget", about: "The namespace an app's Workers read, without its token." },
);

/** Says where an app's Workers read. */
export const putWorkersTarget = defineRoute({
  operationId: "putWorkersTarget",
  method: "PUT",
  path: PATH,
  tag: TAG,
  summary: "Connect Cloudflare Workers",
  description:
    "Gives an app the Workers KV namespace that its Workers read, in place of the one before. From then on what is live, stop lists and subscribers' states are written there whenever they change: within seconds to Cloudflare, and seen by every Worker within 90 seconds. The token is tried first by reading a key: CLOUDFLARE_REFUSED where Cloudflare does not accept it or there is no such namespace, CONFLICT where another publisher's key signed what is live of the app there. Another namespace gets everything; what is in the one before stays there. One control plane writes to a namespace, or `holdfast workers publish` does, not both.",
  access: "admin",
  params: { app: appId },
  body: strict(
    { accountId, namespaceId, apiToken },
    { id: "NewWorkersTarget", about: "The namespace, and what opens it." },
  ).refine((target) => TOKEN.test(target.apiToken), {
    path: ["apiToken"],
    error: "expected a token of printable ASCII without spaces",
  }),
  success: { status: 200, about: "The namespace, and how it stands.", body: targetSchema },
  errors: ["CLOUDFLARE_REFUSED", "CLOUDFLARE_UNREACHABLE", "CONFLICT"],
});

/** Reads where an app's Workers read, and what was written there. */
export const readWorkersTarget = defineRoute({
  operationId: "readWorkersTarget",
  method: "GET",
  path: PATH,
  tag: TAG,
  summary: "Read what Workers were given",
  description:
    "Reads which namespace an app's Workers read, what was written there, and what waits and why. NOT_FOUND where the app has none.",
  access: "viewer",
  params: { app: appId },
  success: { status: 200, about: "The namespace, and how it stands.", body: targetSchema },
});

/** Ends writing for an app's Workers. */
export const deleteWorkersTarget = defineRoute({
  operationId: "deleteWorkersTarget",
  method: "DELETE",
  path: PATH,
  tag: TAG,
  summary: "Disconnect Cloudflare Workers",
  description:
    "Forgets the namespace and its token. What was written stays in it, so that Workers go on answering by what was live, without stop lists and subscribers' states of later; delete the namespace, or the Worker, to end that.",
  access: "admin",
  params: { app: appId },
  success: { status: 204, about: "Forgotten." },
});
