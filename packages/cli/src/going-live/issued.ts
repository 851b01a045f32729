/** Something that was issued under a sequence, and is to reach whoever answers. */
export interface Issued {
  /** Which of the two sequences. */
  readonly what: "publication" | "stopList";
  readonly sequence: number;
}
