/** What stands between a property and a choice in the name of a register: no property's name has it. */
const CHOICE = ';'

/** The register of a choice that is only ever added: what different events add meets nowhere. */
export const choiceRegister = (property: string, choice: string): string => `${property}${CHOICE}${choice}`

/** The property that a register is of: its own name, or the one to which it adds a choice. */
export const propertyOf = (register: string): string => register.split(CHOICE, 1)[0] ?? register

/** The choice that a register adds; `undefined` of an ordinary one. */
export function choiceOf(register: string): string | undefined {
  const end = register.indexOf(CHOICE)
  return end === -1 ? undefined : register.slice(end + CHOICE.length)
}
