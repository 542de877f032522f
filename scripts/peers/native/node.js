// An echo server on node's net module, as its documentation has it: one event loop (libuv's),
// a chunk written back as it came, reading paused while the socket takes no more.
//
//   node node.js HOST PORT [BUFFER_BYTES]     node chooses its own buffers
'use strict';
const net = require('net');

const [host, port] = [process.argv[2] ?? '127.0.0.1', Number(process.argv[3] ?? 25000)];
const open = new Set();

const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  open.add(socket);
  socket.on('data', (chunk) => {
    if (!socket.write(chunk)) socket.pause();
  });
  socket.on('drain', () => socket.resume());
  socket.on('end', () => socket.end());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => open.delete(socket));
});
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    server.close();
    for (const socket of open) socket.destroy();
  });
}
server.listen({ host, port, backlog: 1024 }, () => {
  console.log(`listening on ${host}:${server.address().port} (node)`);
});
