'use strict';
// Loaded into each child before its own script. It carries the request to end (a file, because Windows has
// no SIGTERM and a terminal's Ctrl-C must not reach a child before the running functions have ended), and
// ends a child that was told to live no longer than the process that started it.
const diagnostics = require('node:diagnostics_channel');
const fs = require('node:fs');

const { MAILFUNCTIONS_CHILD: base, MAILFUNCTIONS_PARENT: parent } = process.env;
const stopFile = `${base}-${process.pid}.stop`;

function isGone(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

// A connection that its client keeps for later use would keep a server from its end.
const connections = new Set();
diagnostics.subscribe('net.server.socket', ({ socket }) => {
  connections.add(socket);
  socket.once('close', () => connections.delete(socket));
});

const timer = setInterval(() => {
  if (!fs.existsSync(stopFile) && !(parent && isGone(Number(parent)))) return;
  clearInterval(timer);
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0);
  setTimeout(() => connections.forEach((socket) => socket.destroy()), 500);
}, 200);
timer.unref();

process.on('exit', () => fs.rmSync(stopFile, { force: true }));
