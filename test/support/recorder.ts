import type { Log, LogFields, MetricName, Metrics } from '../../functions/runtime/platform.ts'

/** Keeps what was logged and measured. */
export class Recorder implements Log, Metrics {
  readonly lines: { readonly level: string; readonly message: string; readonly fields: LogFields }[] = []
  readonly samples: { readonly name: MetricName; readonly value: number }[] = []

  debug = (message: string, fields: LogFields = {}) => this.#keep('debug', message, fields)
  info = (message: string, fields: LogFields = {}) => this.#keep('info', message, fields)
  warn = (message: string, fields: LogFields = {}) => this.#keep('warn', message, fields)
  error = (message: string, fields: LogFields = {}) => this.#keep('error', message, fields)

  add(name: MetricName, value: number): void {
    this.samples.push({ name, value })
  }

  sum(name: MetricName): number {
    return this.samples.filter(sample => sample.name === name).reduce((sum, sample) => sum + sample.value, 0)
  }

  #keep(level: string, message: string, fields: LogFields): void {
    this.lines.push({ level, message, fields })
  }
}
