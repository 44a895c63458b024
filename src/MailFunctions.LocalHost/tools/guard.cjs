'use strict';
// Loaded into each child before its own script: refuses what a page of another site sends to its HTTP servers.
// A browser sends requests to loopback addresses for whatever page asks it to, and both children believe every
// caller. The rules are those of the functions' own endpoint (Hosting/BrowserGuard.cs); one test asks all of them
// the same questions.
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');

const list = (text) => (text ?? '').toLowerCase().split(',').map((part) => part.trim()).filter(Boolean);
const allowedHosts = list(process.env.MAILFUNCTIONS_ALLOWED_HOSTS);
const allowedOrigins = list(process.env.MAILFUNCTIONS_ALLOWED_ORIGINS);

// RFC 9110 section 7.2 with the host of RFC 3986 section 3.2.2, as far as this machine can have such names.
const authorityPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;
const originPattern = /^https?:\/\/([^/?#]*)$/;
const absolutePattern = /^https?:\/\/([^/?#]*)(.*)$/i;
// What the inbox does, rather than shows, and does for a GET, too: marking a mail as read, reading its folder again.
const actingPath = /^\/+(api|mcp|socket\.io)(\/|$)/i;
const guarded = new Set(['request', 'checkContinue', 'checkExpectation', 'upgrade', 'connect']);

function parseAuthority(text) {
  const match = authorityPattern.exec(text.toLowerCase());
  return match && { name: match[1].replace(/\.$/, ''), port: match[2] };
}

function isLoopback(name) {
  if (name.startsWith('[')) {
    // Browsers do not take 127.0.0.1 in the form of an IPv6 address for loopback, and send no Sec-Fetch headers there.
    return net.isIPv6(name.slice(1, -1)) && new URL(`http://${name}`).hostname === '[::1]';
  }
  // RFC 6761 section 6.3: localhost and every name below it are loopback, whatever a name server says.
  return name === 'localhost' || name.endsWith('.localhost') || (net.isIPv4(name) && name.startsWith('127.'));
}

const isOurs = (authority) => authority !== null && (isLoopback(authority.name) || allowedHosts.includes(authority.name));

function isNavigation(request, path) {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = request.headers;
  if (!['GET', 'HEAD'].includes(request.method) || mode !== 'navigate' || destination !== 'document') return false;
  try {
    return !actingPath.test(decodeURIComponent(path.split('?')[0]));
  } catch {
    return false;
  }
}

// Null when the request may pass, else what is foreign about it.
function foreign(request) {
  let path = request.url;
  const absolute = absolutePattern.exec(path);
  if (absolute) path = absolute[2];
  if (absolute ? !isOurs(parseAuthority(absolute[1])) : !path.startsWith('/') && path !== '*') return 'target';

  const hosts = request.headersDistinct.host ?? [];
  const host = hosts.length === 1 ? parseAuthority(hosts[0]) : null;
  if (!isOurs(host)) return 'Host';

  const origin = request.headers.origin?.toLowerCase();
  if (origin !== undefined) {
    if (allowedOrigins.includes(origin)) return null;
    const authority = parseAuthority(originPattern.exec(origin)?.[1] ?? '');
    if (authority === null) return 'Origin';
    if (allowedHosts.includes(authority.name)) return null;
    if (authority.name !== host.name || authority.port !== host.port) return 'Origin';
  }

  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none' || isNavigation(request, path)) return null;
  return 'Sec-Fetch-Site';
}

function refuse(event, what, response) {
  const text =
    `Refused: the ${what} of this request is foreign to this machine. ` +
    'LocalHost:AllowedHosts names further hosts, LocalHost:AllowedOrigins other pages.\n';
  if (event === 'upgrade' || event === 'connect') {
    response.on('error', () => {});
    response.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    return;
  }
  response.writeHead(403, { 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff', Connection: 'close' });
  response.end(text);
}

for (const { prototype } of [http.Server, https.Server]) {
  const emit = prototype.emit;
  prototype.emit = function (event, request, response, ...rest) {
    if (guarded.has(event)) {
      const what = foreign(request);
      if (what !== null) {
        refuse(event, what, response);
        return true;
      }
    }
    return emit.call(this, event, request, response, ...rest);
  };
}
