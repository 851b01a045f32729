/** Whoever sits at the terminal, and can be asked. */
export interface Terminal {
  /**
   * Returns the line that is typed, without white space around it.
   *
   * @throws CommandFailed `INTERRUPTED` by Ctrl-C, or by the end of the input
   */
  ask(question: string): Promise<string>;
  /**
   * Returns the line that is typed, of which nothing is shown.
   *
   * @throws CommandFailed `INTERRUPTED` by Ctrl-C, or by the end of the input
   */
  askHidden(question: string): Promise<string>;
}
