/** The simulator's time. The real clock by default; a virtual one makes every delay, limit and lag repeatable. */
export interface SimulatorClock {
  /** Milliseconds since 1970. */
  now(): number
  sleep(milliseconds: number): Promise<void>
}

export const realClock: SimulatorClock = {
  now: () => Date.now(),
  sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
}
