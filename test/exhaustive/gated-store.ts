import type { ClaimKey, DeliveryStore } from '../../functions/core/store.ts'
import type { RecordKey } from '../../functions/core/types.ts'
import type { MemoryStore } from '../../functions/store/memory/memory-store.ts'
import type { Gates } from './gates.ts'
import { plain } from './two-users.ts'

/**
 * The table behind gates. What concerns nobody's promises goes through at once: whose turn it is to deliver, what is due
 * (the records themselves are read behind a gate), the log of calls.
 */
export function gatedStore(store: MemoryStore, gates: Gates, known: Set<ClaimKey>): DeliveryStore {
  const silent = () => ''
  const inWords = (answer: unknown) => JSON.stringify(answer instanceof Map ? [...answer] : answer) ?? ''
  const note = (...keys: readonly ClaimKey[]) => {
    for (const key of keys) known.add(key)
  }
  return {
    open: () => store.open(),
    save: (token, state) => store.save(token, state),
    due: (lane, now, limit) => store.due(lane, now, limit),
    countDue: lanes => store.countDue(lanes),
    readPortal: () => store.readPortal(),
    writePortal: portal => store.writePortal(portal),
    readSchemas: types => store.readSchemas(types),
    writeSchema: (type, schema) => store.writeSchema(type, schema),
    belongingsOf: (owner, lane) => store.belongingsOf(owner, lane),
    logCalls: entries => store.logCalls(entries),
    forgetCalls: owner => store.forgetCalls(owner),
    leftovers: () => store.leftovers(),
    readRecords: keys =>
      gates.pass(
        'asks records',
        `read ${keys.join()}`,
        () => store.readRecords(keys),
        records => inWords([...records.values()].map(record => plain(record, record.folded.updatedAt))),
      ),
    readClaims: keys => {
      note(...keys)
      return gates.pass('asks claims', `read ${keys.join()}`, () => store.readClaims(keys), inWords)
    },
    claim: (key, owner, from) => {
      note(key)
      return gates.pass('claims', `${owner} claims ${key}`, () => store.claim(key, owner, from), inWords)
    },
    release: (key, owner) =>
      gates.pass('records', `${owner} gives up ${key}`, () => store.release(key, owner), inWords),
    wait: (key, waiter) => gates.pass('records', `${waiter} waits for ${key}`, () => store.wait(key, waiter), silent),
    takeWaiters: key => gates.pass('records', `who waits for ${key}`, () => store.takeWaiters(key), inWords),
    raiseVerify: (key: RecordKey, at) =>
      gates.pass('records', `doubt ${key}`, () => store.raiseVerify(key, at), inWords),
    settle: (token, settlement) =>
      gates.pass(
        'records',
        `settle ${settlement.key}${settlement.due ? '' : ' for now'}`,
        () => store.settle(token, settlement),
        inWords,
      ),
    journal: entry => gates.pass('claims', `announce ${entry.kind}`, () => store.journal(entry), silent),
    forget: id => gates.pass('records', 'forget the call', () => store.forget(id), silent),
  }
}
