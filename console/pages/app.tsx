import { render } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { Api } from './api.ts'
import './app.css'
import { Login } from './login.tsx'
import { firstKey, forgetKey, storedKey, storeKey } from './session.ts'
import { Shell } from './shell.tsx'

function App() {
  const [key, setKey] = useState(firstKey)
  const [problem, setProblem] = useState('')
  const api = useMemo(() => new Api(key ?? ''), [key])

  const enter = (entered: string): void => {
    storeKey(entered)
    setProblem('')
    setKey(entered)
  }
  const leave = (why: string): void => {
    forgetKey()
    setProblem(why)
    setKey(null)
  }
  if (key === null) return <Login problem={problem} enter={enter} />
  // The key that everybody knows was only a try: nobody need be told that it was wrong.
  const refused = () => leave(storedKey() === null ? '' : 'The key is not let in any more. Type another one.')
  return <Shell api={api} refused={refused} leave={() => leave('')} />
}

const root = document.getElementById('app')
if (root) render(<App />, root)
