'use strict';
// Starts a child in a session of its own, out of reach of the terminal's signals, and prints its process id.
// usage: node launch.cjs <log file> <script> [arguments]
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const [logFile, script, ...args] = process.argv.slice(2);
const log = fs.openSync(logFile, 'w');
const preloaded = ['lifeline.cjs', 'guard.cjs'].flatMap((name) => ['--require', path.join(__dirname, name)]);
const child = spawn(process.execPath, [...preloaded, script, ...args], {
  detached: true,
  stdio: ['ignore', log, log],
  windowsHide: true,
});
child.once('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
child.once('spawn', () => {
  console.log(child.pid);
  child.unref();
});
