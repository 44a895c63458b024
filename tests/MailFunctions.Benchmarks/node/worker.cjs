// The worker that BullMQ's documentation advises to run as a process of its own: takes mails from Redis, sends them.
'use strict';
const { Worker } = require('bullmq');
const nodemailer = require('nodemailer');

const [redis, relay, connections] = process.argv.slice(2).map(Number);
const transport = nodemailer.createTransport({
    host: '127.0.0.1', port: relay, secure: false, ignoreTLS: true, pool: true, maxConnections: connections,
});
const worker = new Worker('mail', async ({ data: { from, to, subject, text, html } }) => {
    const { response } = await transport.sendMail({ from, to, subject, text, html });
    return response;
}, { connection: { host: '127.0.0.1', port: redis }, concurrency: connections });

worker.on('error', (error) => console.error(error.message));
process.stdin.resume().on('end', () => process.exit(0));
worker.waitUntilReady().then(() => console.log('ready'));
