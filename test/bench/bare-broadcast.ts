import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** Nothing but `ws`: each frame it is given goes to everybody who is connected, with the present time in it. */
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.once('listening', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('message', (sample: string) => {
  const frame = Buffer.from(JSON.stringify({ ...(JSON.parse(sample) as object), at: new Date().toISOString() }));
  for (const client of server.clients) client.send(frame, { binary: false });
});
process.on('disconnect', () => process.exit());
