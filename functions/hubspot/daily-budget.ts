/**
 * How much of the account's daily calls has been spent, by all of its private apps together, in percent. HubSpot tells
 * with most answers: not with those of searches, and not to OAuth apps.
 * @see https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 */
export function dailyBudgetSpent(headers: Readonly<Record<string, string>>): number | undefined {
  const budget = Number(headers['x-hubspot-ratelimit-daily'])
  const remaining = Number(headers['x-hubspot-ratelimit-daily-remaining'] ?? Number.NaN)
  if (!(budget > 0) || !(remaining >= 0)) return undefined
  return Math.max(0, Math.min(100, (1 - remaining / budget) * 100))
}
