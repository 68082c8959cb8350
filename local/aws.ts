/** Nobody checks signatures here, and making them takes a quarter of what a call costs its sender. */
const unsigned = {
  sign: async <Request extends { headers: Record<string, string> }>(request: Request): Promise<Request> => {
    request.headers.authorization =
      'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/local/aws4_request, SignedHeaders=host, Signature=none'
    request.headers['x-amz-date'] = '20260101T000000Z'
    return request
  },
}

/** The settings of an AWS client that talks to an embedded neighbour: no cloud, no credentials of this machine. */
export const localAws = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  signer: unsigned,
})
