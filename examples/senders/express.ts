import express from 'express'
import { send } from './send.ts'

/** An Express app whose sign-ups and orders reach HubSpot. */
export const app = express()
app.use(express.json())

app.post('/signup', async (request, response) => {
  const { id, email, name } = request.body
  // … the product's own work …
  await send('identify', { userId: id, traits: { email, firstName: name, createdAt: new Date().toISOString() } })
  response.status(201).json({ id })
})

app.post('/orders', async (request, response) => {
  const { userId, orderId, total } = request.body
  // An id of the product's own: the same order is told once, however often this route is called.
  const messageId = `order-${orderId}`
  await send('track', { messageId, userId, event: 'Order Completed', properties: { order_id: orderId, total } })
  response.status(201).json({ orderId })
})
