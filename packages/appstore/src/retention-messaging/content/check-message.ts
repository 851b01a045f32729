import type {
  BulletPoint,
  UploadMessageImage,
  UploadMessageRequestBody,
} from "../client/content.ts";
import {
  ALT_TEXT_MAX_CHARACTERS,
  BODY_MAX_CHARACTERS,
  BULLET_POINT_TEXT_MAX_CHARACTERS,
  HEADER_MAX_CHARACTERS,
  MAX_BULLET_POINTS,
} from "../limits.ts";
import { checkIdentifier } from "./check-identifiers.ts";
import { checkText } from "./check-text.ts";
import type { ContentPath, ContentProblem } from "./content-problem.ts";
import { plainUseName } from "./message-use.ts";
import type { MessageUse } from "./message-use.ts";
import { nearestField } from "./nearest-field.ts";

/** How a message is checked. */
export interface CheckMessageOptions {
  /** How the message will be used, where that is known: an offer's has no image. */
  readonly use?: MessageUse | undefined;
  /** Makes fields and header positions we do not know warnings, for a newer API. Default false. */
  readonly allowUnknown?: boolean | undefined;
}

/**
 * Checks the body of Upload Message as Apple documents it, stricter only where a field is unknown.
 *
 * @param value parsed JSON, in the shape of {@link UploadMessageRequestBody} if it is right
 * @returns everything that is wrong; a message without errors has that shape
 * @see https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody
 */
export function checkMessage(
  value: unknown,
  options: CheckMessageOptions = {},
): readonly ContentProblem[] {
  return new MessageCheck(options).run(value);
}

type ProblemDraft = Omit<ContentProblem, "severity"> & Partial<Pick<ContentProblem, "severity">>;

type Fields = Readonly<Record<string, unknown>>;

/** The fields each object has, held against the types, so that none is forgotten. */
const MESSAGE_FIELDS = namesOf<UploadMessageRequestBody>({
  header: true,
  body: true,
  image: true,
  headerPosition: true,
  bulletPoints: true,
});
const IMAGE_FIELDS = namesOf<UploadMessageImage>({ imageIdentifier: true, altText: true });
const BULLET_FIELDS = namesOf<BulletPoint>({ text: true, imageIdentifier: true, altText: true });

function namesOf<T>(fields: Readonly<Record<keyof T & string, true>>): readonly string[] {
  return Object.keys(fields);
}

/** Characters of a wrong name that a message shows. */
const MAX_SHOWN_CHARACTERS = 60;

class MessageCheck {
  readonly #options: CheckMessageOptions;
  readonly #problems: ContentProblem[] = [];

  constructor(options: CheckMessageOptions) {
    this.#options = options;
  }

  run(value: unknown): readonly ContentProblem[] {
    const message = this.#fields(value, MESSAGE_FIELDS, []);
    if (message === undefined) return this.#problems;
    this.#checkText(message, ["header"], HEADER_MAX_CHARACTERS);
    this.#checkText(message, ["body"], BODY_MAX_CHARACTERS);
    if (message["image"] !== undefined) this.#checkImage(message["image"]);
    this.#checkHeaderPosition(message);
    if (message["bulletPoints"] !== undefined) this.#checkBulletPoints(message["bulletPoints"]);
    this.#checkUse(message);
    return this.#problems;
  }

  #checkImage(value: unknown): void {
    const image = this.#fields(value, IMAGE_FIELDS, ["image"]);
    if (image === undefined) return;
    this.#checkIdentifier(image, ["image", "imageIdentifier"]);
    this.#checkText(image, ["image", "altText"], ALT_TEXT_MAX_CHARACTERS);
  }

  #checkHeaderPosition({ headerPosition, image }: Fields): void {
    if (headerPosition === undefined || headerPosition === "ABOVE_BODY") return;
    const path = ["headerPosition"];
    if (headerPosition !== "ABOVE_IMAGE") {
      const message = "expected headerPosition to be ABOVE_BODY or ABOVE_IMAGE";
      const isTolerated = this.#options.allowUnknown === true && typeof headerPosition === "string";
      const severity = isTolerated ? "warning" : "error";
      this.#tell({ code: "HEADER_POSITION_INVALID", path, message, severity });
    } else if (image === undefined) {
      const message = "headerPosition ABOVE_IMAGE needs an image; add one, or use ABOVE_BODY";
      this.#tell({ code: "HEADER_POSITION_NEEDS_IMAGE", path, message });
    }
  }

  #checkBulletPoints(value: unknown): void {
    const path = ["bulletPoints"];
    if (!Array.isArray(value)) {
      this.#tell({ code: "WRONG_TYPE", path, message: `expected a list, got ${nameType(value)}` });
      return;
    }
    if (value.length > MAX_BULLET_POINTS) {
      const message = `${value.length} bullet points; take at most ${MAX_BULLET_POINTS}, for Apple refuses too many and does not say how many are`;
      this.#tell({ code: "TOO_MANY_BULLET_POINTS", path, message });
    }
    for (const [index, bullet] of value.entries()) this.#checkBullet(bullet, [...path, index]);
  }

  #checkBullet(value: unknown, path: ContentPath): void {
    const bullet = this.#fields(value, BULLET_FIELDS, path);
    if (bullet === undefined) return;
    this.#checkText(bullet, [...path, "text"], BULLET_POINT_TEXT_MAX_CHARACTERS);
    this.#checkIdentifier(bullet, [...path, "imageIdentifier"]);
    this.#checkText(bullet, [...path, "altText"], ALT_TEXT_MAX_CHARACTERS);
  }

  #checkUse(message: Fields): void {
    const use = this.#options.use === undefined ? undefined : plainUseName(this.#options.use);
    if (use === undefined) return;
    for (const field of ["image", "bulletPoints"]) {
      if (message[field] === undefined) continue;
      const text = `a message for ${use} takes no image and no bullet points; leave ${field} out`;
      this.#tell({ code: "IMAGE_NOT_ALLOWED", path: [field], message: text });
    }
  }

  /** Checks the text at the end of a path. */
  #checkText(fields: Fields, path: ContentPath, maxCharacters: number): void {
    const text = this.#text(fields, path);
    if (text === undefined) return;
    if (text.trim() === "") {
      this.#tell({ code: "TEXT_EMPTY", path, message: "expected a text, got none" });
      return;
    }
    this.#problems.push(...checkText(text, maxCharacters, path));
  }

  #checkIdentifier(fields: Fields, path: ContentPath): void {
    const identifier = this.#text(fields, path);
    if (identifier !== undefined) this.#problems.push(...checkIdentifier(identifier, path));
  }

  #text(fields: Fields, path: ContentPath): string | undefined {
    const name = String(path.at(-1));
    const value = fields[name];
    if (typeof value === "string") return value;
    if (value === undefined) {
      this.#tell({ code: "FIELD_MISSING", path, message: `${name} is missing` });
    } else {
      this.#tell({ code: "WRONG_TYPE", path, message: `expected a text, got ${nameType(value)}` });
    }
    return undefined;
  }

  /** Returns an object's fields, after telling about those that are not among the known. */
  #fields(value: unknown, known: readonly string[], path: ContentPath): Fields | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#tell({
        code: "WRONG_TYPE",
        path,
        message: `expected an object, got ${nameType(value)}`,
      });
      return undefined;
    }
    for (const name of Object.keys(value)) {
      if (!known.includes(name)) this.#tellUnknown(name, known, path);
    }
    // A non-null object that is no array can be read by name; what is read is unknown again.
    return value as Fields;
  }

  #tellUnknown(name: string, known: readonly string[], path: ContentPath): void {
    const meant = nearestField(name, known);
    const hint =
      meant === undefined ? `; there is ${known.join(", ")}` : `; did you mean "${meant}"?`;
    const severity = this.#options.allowUnknown === true ? "warning" : "error";
    // Escaped and cut, for a name may be anything.
    const message = `unknown field ${JSON.stringify(name.slice(0, MAX_SHOWN_CHARACTERS))}${hint}`;
    this.#tell({ code: "UNKNOWN_FIELD", path: [...path, name], message, severity });
  }

  #tell({ severity = "error", ...problem }: ProblemDraft): void {
    this.#problems.push({ ...problem, severity });
  }
}

function nameType(value: unknown): string {
  if (value === null) return "null; leave the field out instead";
  if (Array.isArray(value)) return "a list";
  return TYPES[typeof value];
}

const TYPES = {
  string: "a text",
  number: "a number",
  bigint: "a number",
  boolean: "true or false",
  object: "an object",
  undefined: "nothing",
  symbol: "a symbol",
  function: "a function",
} as const;
