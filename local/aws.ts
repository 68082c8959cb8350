/** Nobody checks signatures here, and making them takes a quarter of what a call costs its sender. */
const unsigned = {
  sign: async <Request extends { headers: Record<string, string> }>(request: Request): Promise<Request> => {
    request.headers.authorization =
      'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/local/aws4_request, SignedHeaders=host, Signature=none'
    request.headers['x-amz-date'] = '20260101T000000Z'
    return request
  },
}

/**
 * An embedded neighbour shares a thread and this machine with much else. AWS answers within milliseconds or not at all;
 * here an answer that takes long is still coming, and giving it up would only add to the load. In milliseconds; a
 * receive that waits for messages takes 20 seconds by itself.
 */
const PATIENCE = { connectionTimeout: 10_000, requestTimeout: 30_000, throwOnRequestTimeout: true } as const
/** As many as the deployed clients have at most. */
const SOCKETS = 100

/** The settings of an AWS client that talks to an embedded neighbour: no cloud, no credentials of this machine. */
export const localAws = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  signer: unsigned,
  requestHandler: { ...PATIENCE, httpAgent: { keepAlive: true, maxSockets: SOCKETS } },
})
