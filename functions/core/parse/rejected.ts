/** Thrown while an event is read that cannot be accepted. The message is for the sender and says what to do. */
export class Rejected extends Error {
  override readonly name = 'Rejected'
}
