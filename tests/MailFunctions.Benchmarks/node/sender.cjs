// nodemailer with its pool: sends as it is told, a line of JSON a job, and answers each with a line. Ends with its input.
'use strict';
const { readFileSync } = require('node:fs');
const { createInterface } = require('node:readline');
const nodemailer = require('nodemailer');

const mail = JSON.parse(readFileSync(process.argv[2], 'utf8'));

async function send({ port, mails, connections }) {
    const transport = nodemailer.createTransport({
        host: '127.0.0.1', port, secure: false, ignoreTLS: true,
        pool: true, maxConnections: connections, maxMessages: Infinity,
    });
    let left = mails;
    // One more for each connection, so that none of them waits for a mail to be asked for.
    await Promise.all(Array.from({ length: 2 * connections }, async () => {
        while (left-- > 0) await transport.sendMail({ ...mail });
    }));
    transport.close();
}

(async () => {
    for await (const line of createInterface({ input: process.stdin })) {
        const job = JSON.parse(line);
        const cpu = process.cpuUsage();
        const began = process.hrtime.bigint();
        await send(job);
        const seconds = Number(process.hrtime.bigint() - began) / 1e9;
        const { user, system } = process.cpuUsage(cpu);
        console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6 }));
    }
    process.exit(0);
})();
