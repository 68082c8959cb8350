import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useConsole } from './context.ts'
import { done as doneSchema } from './schemas.ts'

interface ActionProps {
  /** On the button. */
  readonly title: string
  /** The button's name for screen readers, which hear it without its row. */
  readonly label: string
  /** Where it is posted to. */
  readonly path: string
  /** What is about to happen. */
  readonly question: string
  readonly children: ComponentChildren
  readonly done: string
  readonly danger?: boolean
  readonly then?: () => void
}

/** A button that says what it will do, asks, does it, and says what became of it. */
export function Action(props: ActionProps) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const close = (): void => {
    setOpen(false)
    button.current?.focus()
  }
  return (
    <>
      <button ref={button} type="button" aria-label={props.label} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {props.title}
      </button>
      {open && <Question {...props} close={close} />}
    </>
  )
}

function Question({
  title,
  path,
  question,
  children,
  done,
  danger = false,
  then,
  close,
}: ActionProps & { close: () => void }) {
  const { api, say } = useConsole()
  const dialog = useRef<HTMLDialogElement>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const [steps, setSteps] = useState<readonly string[]>([])
  const first = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    dialog.current?.showModal()
    // What cannot be undone is not one key away.
    first.current?.focus()
  }, [])

  const act = async (): Promise<void> => {
    setBusy(true)
    try {
      const answer = await api.post(path, doneSchema)
      then?.()
      if (answer.steps && answer.steps.length > 0) return setSteps(answer.steps)
      say(done)
      close()
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
      setBusy(false)
    }
  }

  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={close}>
      <h2 id="question">{steps.length > 0 ? 'First, in HubSpot' : question}</h2>
      {steps.length > 0 ? (
        <ol>
          {steps.map(step => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      ) : (
        children
      )}
      <p role="alert" class="error">
        {problem}
      </p>
      <div class="buttons">
        <button type="button" onClick={close} ref={danger ? first : null}>
          {steps.length > 0 ? 'Close' : 'Cancel'}
        </button>
        {steps.length === 0 && (
          <button
            type="button"
            class={danger ? 'danger' : 'primary'}
            disabled={busy}
            ref={danger ? null : first}
            onClick={act}
          >
            {busy ? 'Asking…' : title.replace('…', '')}
          </button>
        )}
      </div>
    </dialog>
  )
}
