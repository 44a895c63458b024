// What a Node.js developer would put in front of a mail queue: fastify takes mails, BullMQ keeps them in Redis.
'use strict';
const Fastify = require('fastify');
const { Queue } = require('bullmq');

const queue = new Queue('mail', {
    connection: { host: '127.0.0.1', port: Number(process.argv[2]) },
    defaultJobOptions: { attempts: 5, backoff: { type: 'exponential', delay: 60000 } },
});
const text = { type: 'string', minLength: 1 };
const mail = {
    type: 'object',
    required: ['from', 'to', 'subject'],
    properties: { from: text, to: { type: 'array', minItems: 1, maxItems: 50, items: text }, subject: text, text, html: text, lane: text },
};
const app = Fastify({ bodyLimit: 40 * 1024 * 1024 });

app.post('/api/emails', { schema: { body: mail } }, async (request, reply) => {
    const job = await queue.add('mail', request.body);
    return reply.code(202).send({ id: job.id });
});
app.post('/api/emails/batch', {
    schema: { body: { type: 'object', required: ['emails'], properties: { emails: { type: 'array', minItems: 1, maxItems: 1000, items: mail } } } },
}, async (request, reply) => {
    const jobs = await queue.addBulk(request.body.emails.map((data) => ({ name: 'mail', data })));
    return reply.code(202).send({ data: jobs.map((job) => ({ id: job.id })) });
});

// It ends with its input: when whoever started it is gone, however that went.
process.stdin.resume().on('end', () => process.exit(0));
app.listen({ host: '127.0.0.1', port: 0 }).then((address) => console.log(address));
