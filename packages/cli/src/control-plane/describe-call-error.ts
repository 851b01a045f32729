import type { Style } from "../style.ts";
import { printable, printableLines } from "../style.ts";
import type { ControlCallError } from "./control-call-error.ts";

/** A failed call as the JSON document of an error shows it; what is unknown is left out. */
export interface DescribedCallError {
  readonly code: string;
  readonly message: string;
  readonly advice?: string;
  /** The HTTP status of the control plane's answer. */
  readonly status?: number;
  readonly issues?: ControlCallError["issues"];
  /** How the resource stands now, where somebody else was first. */
  readonly current?: ControlCallError["current"];
  /** What Apple answered the control plane. */
  readonly apple?: ControlCallError["apple"];
  /** Under which the server's log has the request. */
  readonly requestId?: string;
  /** When it may go better, in milliseconds since 1970. */
  readonly retryAt?: number;
}

/** Returns what the JSON document of an error says of a failed call. */
export function describeCallError(error: ControlCallError): DescribedCallError {
  const { code, message, advice, status, issues, current, apple, requestId, retryAt } = error;
  return {
    code,
    message,
    ...(advice === undefined ? {} : { advice }),
    ...(status === undefined ? {} : { status }),
    ...(issues.length === 0 ? {} : { issues }),
    ...(current === undefined ? {} : { current }),
    ...(apple === undefined ? {} : { apple }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}

/** Returns what else people should read of a failed call: issues, Apple's words, how things stand now. */
export function renderCallError(
  { code, issues, current, apple, requestId }: ControlCallError,
  style: Style,
): readonly string[] {
  const facts = [
    ...issues.map(
      (issue) => `${style.bold(printable(placeOf(issue)))}: ${printableLines(issue.message)}`,
    ),
    ...(apple === undefined ? [] : [`Apple: ${printableLines(sayApple(apple))}`]),
    ...(current?.summary === undefined ? [] : [`now: ${printableLines(current.summary)}`]),
    ...(code === "INTERNAL" && requestId !== undefined ? [`request: ${printable(requestId)}`] : []),
  ];
  return facts.map((fact) => `  ${fact}`);
}

type Issue = ControlCallError["issues"][number];

/** Of a document its line, of anything else the member, without the part of the request it was in. */
function placeOf({ path, file, line, column }: Issue): string {
  if (line !== undefined) {
    return [file ?? "the flow", line, column].filter((part) => part !== undefined).join(":");
  }
  const [first, ...rest] = path;
  const isPart = first === "body" || first === "params" || first === "query";
  return (isPart && rest.length > 0 ? rest : path).join(".");
}

function sayApple({
  status,
  errorCode,
  errorName,
  errorMessage,
}: NonNullable<ControlCallError["apple"]>): string {
  const named = [errorCode, errorName].filter((part) => part !== undefined).join(" ");
  return [`HTTP ${status}`, named, errorMessage ?? ""].filter((part) => part !== "").join(", ");
}
