import type {
  PerformanceTestResponse,
  PerformanceTestResultResponse,
} from "../performance-test.ts";
import { checkFields, readObject, unexpected, within } from "./answer-fields.ts";
import type { AnswerPlace, Fields } from "./answer-fields.ts";
import type {
  DefaultConfigurationResponse,
  GetImageListResponse,
  GetMessageListResponse,
  RealtimeUrlResponse,
} from "./content.ts";
import { OPERATIONS } from "./operations.ts";

// Each function here returns Apple's answer as it came, once the fields that Apple documents as
// required are there with the right type; members unknown to us stay. The casts rest on that.

/** @throws AppleApiError `APPLE_ANSWER_MALFORMED` */
export function parseImageList(body: unknown): GetImageListResponse {
  const place = placeOf(OPERATIONS.getImageList);
  return readList(body, { place, list: "imageIdentifiers" }, (item, at) => {
    checkFields(item, "string", { place: at, names: ["imageIdentifier", "imageState"] });
    if (item["imageSize"] === undefined) return;
    checkFields(item, "string", { place: at, names: ["imageSize"] });
  });
}

/** @throws AppleApiError `APPLE_ANSWER_MALFORMED` */
export function parseMessageList(body: unknown): GetMessageListResponse {
  const place = placeOf(OPERATIONS.getMessageList);
  return readList(body, { place, list: "messageIdentifiers" }, (item, at) => {
    checkFields(item, "string", { place: at, names: ["messageIdentifier", "messageState"] });
  });
}

/** @throws AppleApiError `APPLE_ANSWER_MALFORMED` */
export function parseDefaultConfiguration(body: unknown): DefaultConfigurationResponse {
  const place = placeOf(OPERATIONS.getDefaultMessage);
  const answer = readObject(body, place);
  checkFields(answer, "string", { place, names: ["messageIdentifier"] });
  return answer as Fields & DefaultConfigurationResponse;
}

/** @throws AppleApiError `APPLE_ANSWER_MALFORMED` */
export function parseRealtimeUrl(body: unknown): RealtimeUrlResponse {
  const place = placeOf(OPERATIONS.getRealtimeUrl);
  const answer = readObject(body, place);
  checkFields(answer, "string", { place, names: ["realtimeURL"] });
  return answer as Fields & RealtimeUrlResponse;
}

/** @throws AppleApiError `APPLE_ANSWER_MALFORMED` */
export function parsePerformanceTest(body: unknown): PerformanceTestResponse {
  const place = { ...placeOf(OPERATIONS.initiatePerformanceTest), effect: "unknown" } as const;
  const answer = readObject(body, place);
  checkFields(answer, "string", { place, names: ["requestId"] });
  checkNumbers(answer, within(place, "config"), CONFIG_FIELDS);
  return answer as Fields & PerformanceTestResponse;
}

/** @throws AppleApiError `APPLE_ANSWER_MALFORMED` */
export function parsePerformanceTestResult(body: unknown): PerformanceTestResultResponse {
  const place = placeOf(OPERATIONS.getPerformanceTestResults);
  const answer = readObject(body, place);
  const has = (name: string) => answer[name] !== undefined;
  checkFields(answer, "string", { place, names: ["result", ...["target"].filter(has)] });
  checkFields(answer, "number", { place, names: ["successRate", "numPending"].filter(has) });
  if (has("config")) checkNumbers(answer, within(place, "config"), CONFIG_FIELDS);
  if (has("responseTimes")) {
    checkNumbers(answer, within(place, "responseTimes"), RESPONSE_TIME_FIELDS);
  }
  if (has("failures")) {
    const at = within(place, "failures");
    const failures = readObject(answer["failures"], at);
    checkFields(failures, "number", { place: at, names: Object.keys(failures) });
  }
  return answer as Fields & PerformanceTestResultResponse;
}

const CONFIG_FIELDS = [
  "maxConcurrentRequests",
  "totalRequests",
  "totalDuration",
  "responseTimeThreshold",
  "successRateThreshold",
];

const RESPONSE_TIME_FIELDS = ["average", "p50", "p90", "p95", "p99"];

/** Checks that the member at `place`, which has its name as its path, holds these numbers. */
function checkNumbers(answer: Fields, place: AnswerPlace, names: readonly string[]): void {
  checkFields(readObject(answer[place.path], place), "number", { place, names });
}

/** Checks each item of a list that may be left out. Null, UNCONFIRMED, counts as left out. */
function readList(
  body: unknown,
  { place, list }: { readonly place: AnswerPlace; readonly list: string },
  checkItem: (item: Fields, place: AnswerPlace) => void,
): Fields {
  const answer = readObject(body, place);
  const { [list]: items, ...others } = answer;
  if (items === undefined || items === null) return others;
  if (!Array.isArray(items)) throw unexpected("an array", items, within(place, list));
  for (const [index, item] of items.entries()) {
    const at = within(within(place, list), index);
    checkItem(readObject(item, at), at);
  }
  return answer;
}

function placeOf(operation: string): AnswerPlace {
  return { operation, path: "", effect: "none" };
}
