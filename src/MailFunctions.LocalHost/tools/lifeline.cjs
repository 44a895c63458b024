'use strict';
// Loaded into each child before its own script. It carries the request to end (a file, because Windows has
// no SIGTERM and a terminal's Ctrl-C must not reach a child before the running functions have ended), and
// ends a child that was told to live no longer than the process that started it.
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

const timer = setInterval(() => {
  if (!fs.existsSync(stopFile) && !(parent && isGone(Number(parent)))) return;
  clearInterval(timer);
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0);
}, 200);
timer.unref();

process.on('exit', () => fs.rmSync(stopFile, { force: true }));
