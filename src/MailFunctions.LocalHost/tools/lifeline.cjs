'use strict';
// Loaded into each child before its own script. It carries the request to end (a file, because Windows has
// no SIGTERM and a terminal's Ctrl-C must not reach a child before the running functions have ended), and
// ends a child that was told to live no longer than the process that started it.
//
// Azurite saves what it holds when it is told to end, and not again afterwards: a request that it performs
// after that point is acknowledged and lost. So before a child is told, whether by the file or by a signal,
// no request is left to be performed: those that have arrived whole are answered, all other connections are
// destroyed, and new ones are refused.
const diagnostics = require('node:diagnostics_channel');
const fs = require('node:fs');

const { MAILFUNCTIONS_CHILD: base, MAILFUNCTIONS_PARENT: parent } = process.env;
const stopFile = `${base}-${process.pid}.stop`;

const lookAgain = 200;
// A client that does not read its answer keeps a child from its end no longer than this; it goes without.
const readPatience = 2000;
// Turns of the event loop, lookAgain apart, without one file being read or written: nothing is left to save.
const idleTurns = 25;

let ending = false;
const connections = new Set();
const answers = new Set();

diagnostics.subscribe('net.server.socket', ({ socket }) => {
  if (ending) {
    socket.destroy();
    return;
  }
  connections.add(socket);
  socket.once('close', () => connections.delete(socket));
});

diagnostics.subscribe('http.server.request.start', ({ response, socket }) => {
  answers.add(response);
  response.once('close', () => {
    answers.delete(response);
    if (ending) socket.destroy();
  });
  if (ending) socket.destroy();
});

const pause = (duration) => new Promise((resolve) => setTimeout(resolve, duration));
const destroyConnections = (kept = new Set()) =>
  connections.forEach((socket) => kept.has(socket) || socket.destroy());

async function leaveNoRequest() {
  const whole = [...answers].filter(({ req }) => req.complete);
  destroyConnections(new Set(whole.map(({ req }) => req.socket)));
  const impatience = setTimeout(destroyConnections, readPatience);
  while (answers.size > 0 || connections.size > 0) await pause(10);
  clearTimeout(impatience);
}

// A child that has nothing left to save, and stays all the same, is ended here. However long it saves, it is
// not: a file that is written counts as activity until it is written, and a blocked event loop has no turns.
function exitWhenIdle() {
  let idle = 0;
  setInterval(() => {
    const usesFiles = process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
    idle = usesFiles ? 0 : idle + 1;
    if (idle > idleTurns) process.exit(0);
  }, lookAgain).unref();
}

const emit = process.emit;

async function end(signal) {
  if (ending) return;
  ending = true;
  await leaveNoRequest();
  if (!emit.call(process, signal, signal)) process.exit(0);
  exitWhenIdle();
}

process.emit = function (name, ...values) {
  if ((name !== 'SIGTERM' && name !== 'SIGINT') || process.listenerCount(name) === 0) {
    return emit.call(this, name, ...values);
  }
  end(name);
  return true;
};

function isGone(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

const timer = setInterval(() => {
  if (!fs.existsSync(stopFile) && !(parent && isGone(Number(parent)))) return;
  clearInterval(timer);
  end('SIGTERM');
}, lookAgain);
timer.unref();

process.on('exit', () => fs.rmSync(stopFile, { force: true }));
