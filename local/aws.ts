/** The settings of an AWS client that talks to an embedded neighbour: no cloud, no credentials of this machine. */
export const localAws = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})
