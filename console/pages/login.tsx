import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Api, ApiError } from './api.ts'
import { status } from './schemas.ts'

/** Asks for the admin key, and tries it before it is kept. */
export function Login({ problem, enter }: { problem: string; enter: (key: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [message, setMessage] = useState(problem)
  const [busy, setBusy] = useState(false)

  useLayoutEffect(() => input.current?.focus(), [])

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    const key = input.current?.value.trim() ?? ''
    if (key === '') return setMessage('Type the admin key.')
    setBusy(true)
    try {
      await new Api(key).get('/v1/status', status)
      enter(key)
    } catch (error) {
      const wrong = error instanceof ApiError && error.status === 401
      setMessage(
        wrong
          ? 'That is not an admin key. The write key only posts events.'
          : String(error instanceof Error ? error.message : error),
      )
      setBusy(false)
      input.current?.select()
    }
  }

  return (
    <main class="login">
      <form class="card" onSubmit={submit}>
        <h1>
          <img src="console/icon.svg" alt="" width="28" height="28" /> vidsync
        </h1>
        <label for="key">Admin key</label>
        <input
          id="key"
          ref={input}
          type="password"
          autocomplete="off"
          spellcheck={false}
          aria-describedby="key-help"
          aria-invalid={message !== ''}
        />
        <p id="key-help" class="muted">
          One of the <code>adminKeys</code> of the secret; with <code>npm start</code>, its <code>ADMIN_KEY</code>. It
          stays in this tab and is forgotten with it.
        </p>
        <p role="alert" class="error">
          {message}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? 'Looking…' : 'Open the console'}
        </button>
      </form>
    </main>
  )
}
