import { Socket } from 'node:net';

/**
 * Loaded by a runtime before its own program (`node --import`): the internet, as small as a test needs it. Connections to
 * PUBLIC_SITE_ADDRESS, which Muster takes for a public address, come to loopback.
 */
const HERE = process.env['PUBLIC_SITE_ADDRESS'];

const connect = Reflect.get(Socket.prototype, 'connect') as (this: Socket, ...given: unknown[]) => Socket;

Socket.prototype.connect = function (this: Socket, ...given: unknown[]): Socket {
  for (const options of given.flat() as readonly { host?: unknown }[])
    if (typeof options === 'object' && options !== null && options.host === HERE) options.host = '127.0.0.1';
  return connect.apply(this, given);
};
