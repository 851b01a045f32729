import { API_ERRORS, expectedErrors, isApiErrorCode } from "@holdfast/api";
import type { ApiErrorCode } from "@holdfast/api";
import type { Emulator } from "@holdfast/emulator";
import type { LocalCloudflare } from "@holdfast/emulator/cloudflare";
import { expect, onTestFinished } from "vitest";
import type { Answer, CallOptions } from "../../http/testing/test-control.ts";
import {
  knownConnectKey,
  knownInAppPurchaseKey,
  newPrivateKey,
} from "../../keys/testing/test-keys.ts";
import { SQLITE } from "../../storage/testing/engines.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { pathWith, readDocumentedApi } from "./documented-operations.ts";
import type { DocumentedApi, DocumentedOperation } from "./documented-operations.ts";
import { seedControl } from "./seeded-control.ts";
import type { AppleKeys, SeededControl } from "./seeded-control.ts";
import { openWholeControl } from "./whole-control.ts";
import type { WholeControl } from "./whole-control.ts";
import { CANARY } from "./wrong-values.ts";

/** A control plane with one of everything, and its operations. */
export interface Stage extends SeededControl, DocumentedApi {
  readonly control: WholeControl;
  /** Returns an operation's path: of what is there, as far as that was made, and else of nothing. */
  readonly pathOf: (operation: DocumentedOperation) => string;
}

/** What a stage is opened with. */
export interface StageOptions {
  /** Default SQLite. */
  readonly engine?: TestEngine;
  /** In Apple's place; default: nothing of Apple answers. */
  readonly emulator?: Emulator;
  /** In Cloudflare's place; default: nothing of Cloudflare answers. */
  readonly cloudflare?: LocalCloudflare;
  /** The app's keys; default: those of the emulator, or new ones. */
  readonly keys?: "none";
}

/** Opens a stage that ends with the test. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { engine = SQLITE, emulator, cloudflare } = options;
  const place = await engine.migratedPlace();
  const control = await openWholeControl(place, { emulator, cloudflare });
  onTestFinished(() => control.close());
  const api = await readDocumentedApi(control);
  const keys = options.keys === "none" ? undefined : keysOf(emulator);
  const seeded = await seedControl(control, { keys, cloudflare });
  return {
    ...api,
    ...seeded,
    control,
    pathOf: ({ route, examples }) => pathWith(route, { ...examples, ...seeded.params }),
  };
}

function keysOf(emulator: Emulator | undefined): AppleKeys {
  if (emulator !== undefined) {
    return { inAppPurchase: knownInAppPurchaseKey(emulator), connect: knownConnectKey(emulator) };
  }
  const issuerId = "57246542-96fe-1a63-e053-0824d011072a";
  const connect = { keyId: "CONNECT123", kind: "team", issuerId, privateKey: newPrivateKey() };
  return {
    inAppPurchase: { keyId: "ABC123DEFG", issuerId, privateKey: newPrivateKey() },
    connect,
  };
}

/** A request and how it must be refused. */
export interface RefusalCase {
  readonly operation: DocumentedOperation;
  /** What is wrong with the request. */
  readonly what: string;
  readonly options: CallOptions;
  /** Default: the operation's. */
  readonly method?: string;
  /** Default: the operation's, of what is there. */
  readonly path?: string;
  readonly code: ApiErrorCode;
  /** The place one of the issues must name. */
  readonly issueAt?: readonly (string | number)[];
}

/** What must be right for the case to be about what it is about: caller, headers and body. */
export function goodRequest({
  operation,
  stage,
}: {
  operation: DocumentedOperation;
  stage: Stage;
}) {
  const { route, body } = operation;
  return {
    ...callerOf(operation, stage),
    headers: route.etag === "required" ? { "If-Match": '"1"' } : {},
    ...(body === undefined ? {} : { body: body.example }),
  };
}

/** Returns the credentials of somebody who may call an operation. */
export function callerOf(
  { route: { access, operationId } }: DocumentedOperation,
  { tokens, cookie }: Stage,
): Pick<CallOptions, "token" | "cookie"> {
  if (access === "public") return {};
  // Only a person has a password.
  if (operationId === "changePassword") return { cookie };
  return { token: tokens[access === "runtime" ? "runtime" : "admin"] };
}

/** What became of a table of requests that must be refused. */
export interface JudgedRefusals {
  /** What is wrong with the answers. */
  readonly complaints: readonly string[];
  /** What ended as INTERNAL. */
  readonly defects: readonly unknown[];
  /** How many requests there were. */
  readonly count: number;
}

/** Makes the requests of a table that is made from all operations. */
export async function judgeRefusals(
  stage: Stage,
  casesOf: (operation: DocumentedOperation) => readonly RefusalCase[],
): Promise<JudgedRefusals> {
  const cases = stage.operations.flatMap(casesOf);
  const complaints = await complaintsAbout(stage, cases);
  return { complaints, defects: stage.control.defects, count: cases.length };
}

/** Returns what a table is judged as when all is well; with fewer cases than these it has lost something. */
export function allRefused(atLeast: number): JudgedRefusals {
  const isEnough = (count: number): boolean => count >= atLeast;
  // A matcher stands for the value it matches.
  const count = expect.toSatisfy(isEnough, `at least ${atLeast}`) as number;
  return { complaints: [], defects: [], count };
}

/** Makes the cases' requests, and returns what is wrong with the answers. */
async function complaintsAbout(
  stage: Stage,
  cases: readonly RefusalCase[],
): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const one of cases) {
    const { operation, options } = one;
    const { method = operation.route.method, path = stage.pathOf(operation) } = one;
    const answer = await stage.control.call(method, path, options);
    const found = [...wrongRefusal(one, answer), ...wrongShape(one, answer, stage)];
    complaints.push(
      ...found.map((complaint) => `${operation.route.operationId}, ${one.what}: ${complaint}`),
    );
  }
  return complaints;
}

function wrongRefusal({ code, issueAt }: RefusalCase, answer: Answer): readonly string[] {
  if (answer.code !== code) return [`expected ${code}, got ${answer.status} ${answer.text}`];
  if (issueAt === undefined) return [];
  // The shape is looked at besides.
  const { error } = answer.json as { readonly error: { readonly issues?: readonly Issue[] } };
  const places = (error.issues ?? []).map(({ path }) => path.join("."));
  const expected = issueAt.join(".");
  return places.includes(expected)
    ? []
    : [`expected an issue at ${expected}, got ${places.join()}`];
}

interface Issue {
  readonly path: readonly (string | number)[];
}

/** Every refusal has one shape, is documented, and holds nothing that is secret. */
function wrongShape(
  { operation, code: expected }: RefusalCase,
  { status, headers, text, json, code = "" }: Answer,
  { secrets }: Stage,
): readonly string[] {
  const { error } = (json ?? {}) as { readonly error?: Readonly<Record<string, unknown>> };
  const documented: readonly string[] =
    expected === "METHOD_NOT_ALLOWED" ? [expected] : expectedErrors(operation.route);
  const rules: readonly (readonly [isBroken: boolean, what: string])[] = [
    [!isApiErrorCode(code), `${code} is no code of the API`],
    [isApiErrorCode(code) && API_ERRORS[code].status !== status, `${code} came with ${status}`],
    [!documented.includes(code), `${code} is not documented`],
    [typeof error?.["message"] !== "string", "the message is missing"],
    [typeof error?.["advice"] !== "string", "the advice is missing"],
    [error?.["requestId"] !== headers.get("x-request-id"), "the requestId is another"],
    [headers.get("cache-control") !== "no-store", "it may be kept by caches"],
    [text.includes(CANARY), "it repeats what was sent"],
    [secrets.some((secret) => text.includes(secret)), "it holds a secret"],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, what]) => what);
}
