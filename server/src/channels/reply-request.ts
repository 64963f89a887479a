/** The request that answers a page, for programs and apps that send it for the person. It needs no sign-in: the token is the proof. */
export const replyRequest = (publicUrl: string, token: string, action: 'acknowledge' | 'resolve') => ({
  url: `${publicUrl}/api/v1/replies/${token}`,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ action }),
})
