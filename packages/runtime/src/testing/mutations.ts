import * as fc from "fast-check";

/** What characters are changed to: of every alphabet in use here, and some of none. */
const CHARACTERS = Array.from("ABZabz059-_.+/=| \n\0é");

/** Texts that differ from `text` in one place: a character changed, taken out or put in. */
export function mutationsOf(text: string): fc.Arbitrary<string> {
  return fc
    .record({
      at: fc.nat(text.length),
      character: fc.constantFrom(...CHARACTERS),
      kind: fc.constantFrom("change", "remove", "insert"),
    })
    .map(({ at, character, kind }) => {
      const before = text.slice(0, at);
      if (kind === "insert") return before + character + text.slice(at);
      return before + (kind === "change" ? character : "") + text.slice(at + 1);
    })
    .filter((mutated) => mutated !== text);
}

/** How often such a property is tried; each try costs a signature or a code. */
export const MUTATION_RUNS = 150;
