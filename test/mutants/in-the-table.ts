import { change, type Mutant, mutant } from './mutant.ts'

const CONDITIONS = 'store/dynamo/conditions.ts'
const RECORDS = 'store/dynamo/records.ts'
/** The fastest of the tables that are held to the same promises. */
const STORE = 'integration/store > on the table of the simulation'

/** What the table no longer refuses. */
export const IN_THE_TABLE: readonly Mutant[] = [
  mutant(
    'folds although somebody has folded since',
    change(
      CONDITIONS,
      "text: '#writes = :writes', values: { ':writes': number(writes) },",
      "text: 'attribute_exists(#pk)',",
    ),
    STORE,
  ),
  mutant(
    'clears due at whatever version',
    change(
      CONDITIONS,
      "text: '#version = :foldVersion', values: { ':foldVersion': number(version) },",
      "text: 'attribute_exists(#pk)',",
    ),
    STORE,
  ),
  mutant(
    'clears due whatever doubts were raised',
    change(
      CONDITIONS,
      "? { text: 'attribute_not_exists(#verify)' } : { text: '#verify = :verify', values: { ':verify': number(verify) } }",
      "? { text: 'attribute_exists(#pk)' } : { text: 'attribute_exists(#pk)' }",
    ),
    STORE,
  ),
  mutant(
    'an older deliverer settles after a newer one',
    change(
      CONDITIONS,
      "text: '(attribute_not_exists(#token) OR #token <= :token)', values: { ':token': number(token) },",
      "text: 'attribute_exists(#pk)',",
    ),
    STORE,
  ),
  mutant(
    'settles what another deliverer has settled since it was read',
    change(
      RECORDS,
      'basis.token === undefined ? noNewerDeliverer(token) : noOtherDeliverer(token, basis.token)',
      'noNewerDeliverer(token)',
    ),
    STORE,
  ),
  mutant(
    'a deposed deliverer goes on saving',
    change(
      CONDITIONS,
      "stillDeliverer = (token: number): Condition => ({ text: '#token = :token',",
      "stillDeliverer = (token: number): Condition => ({ text: '#token >= :token',",
    ),
    STORE,
  ),
  mutant(
    'takes a claim from whoever has it',
    change(
      'store/dynamo/claims.ts',
      'const free = any(itemDoesNotExist, ownerIsMe(owner))',
      'const free = any(itemDoesNotExist, itemExists)',
    ),
    STORE,
  ),
  mutant(
    'gives up a claim that is another’s by now',
    change(
      'store/dynamo/claims.ts',
      'this.#table.take(itemOf(key), ownerIsMe(owner))',
      'this.#table.take(itemOf(key), itemExists)',
    ),
    STORE,
  ),
  mutant(
    'a doubt does not bring the record back into the index',
    change(RECORDS, '...dueKey(key, dueOfDoubt(settlement)),', ''),
    STORE,
  ),
]
