/** Something that the person at the keyboard can act on: its message says what is wrong and what to do, so no stack is shown. */
export class Failure extends Error {
  override name = 'Failure'
}
