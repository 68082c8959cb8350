import { signedHeaders } from 'vidsync'

/**
 * A route handler of Next.js, `app/api/profile/route.ts`: a form saves a profile, and the server tells vidsync,
 * signed instead of with a write key. It takes the runtime `nodejs`, the default.
 */
export async function POST(request: Request): Promise<Response> {
  const { userId, ...traits } = Object.fromEntries(await request.formData())
  // … who is it? Take the id from the session, never from the body of a stranger …
  const body = JSON.stringify({ userId, traits })
  const secret = process.env.VIDSYNC_SIGNING_SECRET ?? ''
  const answer = await fetch(`${process.env.VIDSYNC_URL}/v1/identify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signedHeaders({ secret, body }) },
    body,
  })
  return Response.json({ saved: answer.ok }, { status: answer.ok ? 200 : 502 })
}
