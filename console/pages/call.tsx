import type { Call } from './schemas.ts'
import { date } from './words.ts'

const OUTCOMES: Readonly<Record<string, readonly [level: string, words: string]>> = {
  ok: ['good', 'done'],
  rejected: ['bad', 'refused'],
  throttled: ['watch', 'later'],
  account: ['bad', 'not allowed'],
  unavailable: ['watch', 'no certain answer'],
}

/** One call to HubSpot: what we asked, why, and what it answered for this user. */
export function CallView({ call }: { call: Call }) {
  const { exchange, answer, sent, causes, inputs } = call
  const [level, words] = OUTCOMES[answer.kind] ?? ['plain', answer.kind]
  const names = Object.keys(sent)
  return (
    <details class="call" open={answer.kind !== 'ok'}>
      <summary>
        <span class="status" data-level={level}>
          {exchange?.status ?? '–'} {words}
        </span>
        <code class="operation">{exchange?.operation ?? 'not sent'}</code>
        <span class="muted">
          {call.kind === 'contact' ? '' : `${call.kind} ${call.subject ?? ''} · `}
          {answer.vid ? `contact ${answer.vid}` : (answer.message ?? '')}
        </span>
      </summary>
      <div class="call-parts">
        <section aria-label="Request">
          <h4>Request</h4>
          {exchange && (
            <p>
              <code>
                {exchange.method} {exchange.path}
              </code>
            </p>
          )}
          {names.length > 0 ? <Table rows={sent} /> : <p class="muted">Nothing was written.</p>}
          <p class="muted small">{inputs === 1 ? 'Alone in its call' : `One of ${inputs} in its call`}</p>
        </section>
        <section aria-label="Answer">
          <h4>Answer</h4>
          {answer.message && <p>{answer.message}</p>}
          {answer.properties && <Table rows={answer.properties} />}
          <dl class="small">
            {answer.vid && <Fact name="contact" value={answer.vid} />}
            {exchange?.correlationId && <Fact name="correlation id" value={exchange.correlationId} />}
            {exchange && <Fact name="took" value={`${exchange.duration} ms, at ${date(exchange.at)}`} />}
          </dl>
        </section>
        {causes.length > 0 && (
          <section aria-label="From">
            <h4>From</h4>
            {causes.map(({ event, receivedAt, changes }) => (
              <p key={event} class="small">
                event <code>{event}</code> of {date(receivedAt)}:{' '}
                {Object.entries(changes)
                  .map(([property, version]) => `${property} v${version}`)
                  .join(', ')}
              </p>
            ))}
          </section>
        )}
      </div>
    </details>
  )
}

function Table({ rows }: { rows: Readonly<Record<string, string>> }) {
  return (
    <dl class="rows">
      {Object.entries(rows).map(([name, value]) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>{value === '' ? <span class="muted">empty</span> : value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </div>
  )
}
